"""Every text that a person reads goes through a catalog."""

from pathlib import Path

from tests.languages.untranslated import (
    ROOT,
    find_in_module,
    find_in_template,
    list_modules,
    list_templates,
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_template_has_text_outside_of_translation_tags() -> None:
    found = {name(path): find_in_template(path) for path in list_templates()}
    assert {path: texts for path, texts in found.items() if texts} == {}
    assert len(found) > 400


def test_no_module_shows_text_that_is_not_translated() -> None:
    found = {name(path): find_in_module(path) for path in list_modules()}
    assert {path: texts for path, texts in found.items() if texts} == {}
    assert len(found) > 900


def test_untranslated_texts_in_a_template_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}<p title="Not this">{% translate "Fine" %} Bare words</p>'
        "{% blocktranslate %}Fine too{% endblocktranslate %}{# Nor this #}"
        '{% comment %}Nor this{% endcomment %}<script>let notThis = "";</script>{{ also.fine }}'
        '<div data-confirm="Delete it now?" data-kind="dialog"></div>'
    )
    assert find_in_template(page) == [
        'title="Not this"',
        "Bare words",
        'data-confirm="Delete it now?"',
    ]


def test_untranslated_texts_in_code_are_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "\n".join(
            [
                'field = Field(label="Bare", help_text=_("Fine"))',
                'raise ValidationError(f"Bare {x}")',
                'messages.info(request, "Bare")',
                'class Kind(models.TextChoices):\n    A = "a", "Bare"\n    B = "b", _("Fine")',
                'name = models.CharField("Bare name", max_length=9)',
                'log.info("Not shown")',
                'raise ValueError("Not shown")',
            ]
        )
    )
    found = sorted(text.partition(": ")[2] for text in find_in_module(module))
    assert found == ["Bare", "Bare", "Bare", "Bare ", "Bare name"]
