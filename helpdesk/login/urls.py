"""Pages of django-allauth and single sign-on, below /login/. A user has one email address."""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.urls import path, re_path

from helpdesk.login.preferences import PreferencesView
from helpdesk.login.signed_out.views import show_session
from helpdesk.login.sso import views as sso
from helpdesk.login.sso.saml import views as saml
from helpdesk.login.two_factor.views import ActivateAppView, AddPasskeyView, TwoFactorView
from helpdesk.login.views import ConfirmCodeView, SetPasswordView, SignInView

urlpatterns = [
    path("", SignInView.as_view(), name="account_login"),
    path("session/", show_session, name="session"),
    path("sso/<int:provider_id>/", sso.start, name="sso_start"),
    path("sso/<int:provider_id>/callback/", sso.callback, name="sso_callback"),
    path("sso/<int:saml_id>/acs/", saml.consume_assertion, name="saml_acs"),
    path("sso/<int:saml_id>/metadata/", saml.show_metadata, name="saml_metadata"),
    path("code/", views.request_login_code, name="account_request_login_code"),
    path("code/confirm/", ConfirmCodeView.as_view(), name="account_confirm_login_code"),
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
        SetPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("two-factor/", TwoFactorView.as_view(), name="mfa_index"),
    path("two-factor/code/", mfa.authenticate, name="mfa_authenticate"),
    path("two-factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("two-factor/app/", ActivateAppView.as_view(), name="mfa_activate_totp"),
    path("two-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("two-factor/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "two-factor/recovery/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "two-factor/recovery/download/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", passkey.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/new/", AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("passkeys/sign-in/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/again/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", passkey.remove_webauthn, name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/rename/", passkey.edit_webauthn, name="mfa_edit_webauthn"),
]
