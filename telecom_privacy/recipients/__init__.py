"""Who else receives personal data: in which country, for what, under which safeguard."""
