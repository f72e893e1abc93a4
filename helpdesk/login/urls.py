"""The pages of django-allauth that Plumbline offers, below /login/. A login has one address."""

from allauth.account import views
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.urls import path, re_path

from helpdesk.login import company
from helpdesk.login.code import TakeCodeView
from helpdesk.login.factors import AddPasskeyView, FactorsView, SetUpAppView
from helpdesk.login.preferences import PreferencesView
from helpdesk.login.saml import views as saml

urlpatterns = [
    path("", company.DeskLoginView.as_view(), name="account_login"),
    path("company/<int:provider_id>/", company.start, name="company_start"),
    path("company/<int:provider_id>/answer/", company.answer, name="company_answer"),
    path("company/<int:saml_id>/response/", saml.take_response, name="company_response"),
    path("company/<int:saml_id>/metadata/", saml.show_metadata, name="company_metadata"),
    path("code/", views.request_login_code, name="account_request_login_code"),
    path("code/confirm/", TakeCodeView.as_view(), name="account_confirm_login_code"),
    path("again/", views.reauthenticate, name="account_reauthenticate"),
    path("preferences/", PreferencesView.as_view(), name="preferences"),
    path("out/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("sign-up/", views.signup, name="account_signup"),
    path("confirm/", views.email_verification_sent, name="account_email_verification_sent"),
    path("confirm/<str:key>/", views.confirm_email, name="account_confirm_email"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/sent/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",  # the key has hyphens too
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("second/", FactorsView.as_view(), name="mfa_index"),
    path("second/code/", factor.authenticate, name="mfa_authenticate"),
    path("second/again/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("second/app/", SetUpAppView.as_view(), name="mfa_activate_totp"),
    path("second/app/removal/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second/recovery/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "second/recovery/file/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", passkey.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/new/", AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("passkeys/log-in/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/again/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/removal/", passkey.remove_webauthn, name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/name/", passkey.edit_webauthn, name="mfa_edit_webauthn"),
]
