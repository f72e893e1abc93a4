"""Skills and languages of agents, and teams, which share a week plan."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, DeskModel, Region
from accounts.models.fields import LineField


class Skill(DeskModel):
    """A subject that some agents know, such as a product area."""

    name = LineField(_("name"), max_length=60)

    class Meta:
        ordering = ["name"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="skill_name_unique")]

    def __str__(self) -> str:
        return self.name


class SkillLevel(models.IntegerChoices):
    """Levels of a skill. A ticket can require a minimum."""

    BASIC = 1, pgettext_lazy("skill level", "Basic")
    GOOD = 2, pgettext_lazy("skill level", "Good")
    EXPERT = 3, pgettext_lazy("skill level", "Expert")


class AgentSkill(DeskModel):
    """A skill of an agent."""

    agent = models.ForeignKey(
        Agent,
        on_delete=models.CASCADE,
        related_name="skills",
        db_index=False,
        verbose_name=_("agent"),
    )
    skill = models.ForeignKey(
        Skill, on_delete=models.CASCADE, related_name="agents", verbose_name=_("skill")
    )
    level = models.PositiveSmallIntegerField(
        _("level"),
        choices=SkillLevel.choices,
        default=SkillLevel.GOOD,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
    )

    class Meta:
        verbose_name = _("skill of an agent")
        verbose_name_plural = _("skills of agents")
        constraints = [
            models.UniqueConstraint(fields=["agent", "skill"], name="agent_skill_once"),
            models.CheckConstraint(
                condition=models.Q(level__range=(1, 3)), name="agent_skill_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.skill}"


class AgentLanguage(DeskModel):
    """A language that an agent supports customers in: a two- or three-letter code, such as "pt"."""

    agent = models.ForeignKey(
        Agent,
        on_delete=models.CASCADE,
        related_name="languages",
        db_index=False,
        verbose_name=_("agent"),
    )
    code = models.CharField(_("language"), max_length=3)

    class Meta:
        ordering = ["code"]
        verbose_name = _("language of an agent")
        verbose_name_plural = _("languages of agents")
        constraints = [
            models.UniqueConstraint(fields=["agent", "code"], name="agent_language_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.code}"


class Team(DeskModel):
    """Agents who work the same shifts. Members with shifts of their own follow those instead."""

    name = LineField(_("name"), max_length=60)
    region = models.ForeignKey(
        Region,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="teams",
        verbose_name=_("region"),
    )
    members: models.ManyToManyField[Agent, TeamMember] = models.ManyToManyField(
        Agent, through="routing.TeamMember", related_name="teams", verbose_name=_("members")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="team_name_unique")]

    def __str__(self) -> str:
        return self.name


class TeamMember(DeskModel):
    """Membership of an agent in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, db_index=False, verbose_name=_("team"))
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, verbose_name=_("agent"))

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [models.UniqueConstraint(fields=["team", "agent"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.agent} in {self.team}"
