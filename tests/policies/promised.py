"""The rules that RULES §2 asks of each policy file, written by hand from its table.

One line a rule: id, category, role, purpose, start, term, what happens, then what else it says.
`agreed` stands for a term that only an agreement sets (RET-8).
"""

MONTH = "contract_ended P1M erase at_least=P30D"
AGREED = "event agreed erase ceiling=P10Y"

LAW = """
RET-30 client controller subscriber_identification contract_ended P5Y erase floor=P5Y ceiling=P5Y
RET-30 subscriber_identity controller subscriber_identification contract_ended P5Y erase floor=P5Y ceiling=P5Y
RET-30 subscription controller subscriber_identification contract_ended P1Y erase floor=P1Y ceiling=P1Y
RET-30 payment controller subscriber_identification contract_ended P1Y erase floor=P1Y ceiling=P1Y
RET-30 connection_technical controller subscriber_identification event P1Y erase floor=P1Y ceiling=P1Y
RET-32 compliance_file controller compliance closed P5Y erase
RET-32 breach controller compliance closed P5Y erase
RET-32 requisition controller compliance closed P5Y erase
RET-32 requisition_file controller compliance closed P5Y erase
"""  # noqa: E501 - a line of the table is a rule

TRAFFIC = """
RET-29 traffic controller billing event P1Y {action} ceiling=P1Y
RET-29 traffic controller network_security event P3M {action} ceiling=P3M
RET-29 traffic controller national_security event P1Y {action} ceiling=P1Y off
"""

CONSENT = """
RET-14 consent processor service revoked P5Y erase
RET-14 consent processor service reliance_ended P5Y erase
RET-14 consent controller proof revoked P5Y erase
RET-14 consent controller proof reliance_ended P5Y erase
RET-14 consent_proof controller proof revoked P5Y erase
RET-14 consent_proof controller proof reliance_ended P5Y erase
RET-14 consent_proof controller proof contract_ended P5Y erase unless=revoked
"""

MARKETING = """
RET-12 marketing controller marketing last_contact {term} erase ceiling={term}
RET-12 marketing controller marketing revoked P0D erase
RET-12 client_marketing controller marketing contract_ended P0D erase
RET-12 client_marketing controller marketing revoked P0D erase
"""

CALLS_AS_AGREED = f"""
RET-5 call processor service {MONTH}
RET-8 call processor service call_ended agreed erase ceiling=P10Y
RET-5 recording processor service {MONTH}
RET-8 recording processor service call_ended P6M erase ceiling=P6M
RET-5 licence processor service {MONTH}
RET-28 instruction processor service {MONTH} ceiling=P10Y
"""

BILLING = "RET-13 billing controller billing event P10Y erase floor=P10Y\n"
ANSWERS = """
RET-15 rights_request_proof controller proof answered P5Y erase
RET-15 rights_request_proof controller proof event P5Y erase unless=answered
"""

HOSTED = (
    "call_note",
    "message",
    "instruction",
    "contact",
    "voicemail",
    "attachment",
    "tag",
    "hold_music",
    "integration_token",
    "activity_history",
    "location",
    "special",
)

WEB2CONTACT = f"""
RET-1 recording processor service call_ended P90D erase ceiling=P6M storage_extension=P6M
RET-3 recording processor service {MONTH}
RET-4 call processor service {MONTH}
RET-8 call processor service call_ended agreed erase ceiling=P10Y
RET-3 licence processor service {MONTH}
RET-4 connection_log processor service {MONTH}
RET-8 connection_log processor service {AGREED}
RET-5 order processor service {MONTH}
RET-5 incident processor service {MONTH}
RET-5 report processor service {MONTH}
RET-3 consent processor service {MONTH}
RET-5 client_contact controller service {MONTH}
RET-5 crm controller service {MONTH}
RET-5 profile controller service {MONTH}
RET-5 technical controller service {MONTH}
RET-6 usage_log controller operation event P1Y erase ceiling=P1Y
RET-7 cookie controller audience_measurement first_set P1Y erase ceiling=P1Y
RET-27 aggregated controller statistics event P5Y erase
""" + "".join(
    f"RET-3 {category} processor service {MONTH}\nRET-8 {category} processor service {AGREED}\n"
    for category in HOSTED
)

BUREAU24 = f"""
RET-28 call processor service {MONTH} ceiling=P10Y
RET-28 instruction processor service {MONTH} ceiling=P10Y
RET-28 message processor service {MONTH} ceiling=P10Y
RET-28 call_note processor service {MONTH} ceiling=P10Y
RET-8 recording processor service call_ended P6M erase ceiling=P6M
RET-5 recording processor service {MONTH}
RET-5 licence processor service {MONTH}
RET-5 contact processor service {MONTH}
RET-24 synchronised_contact processor service revoked P0D erase
RET-5 synchronised_contact processor service {MONTH}
RET-5 consent processor service {MONTH}
RET-22 portal_account controller service contract_ended P0D erase unless=keep_account
RET-22 portal_account controller service last_activity P5Y erase when=keep_account not_before=contract_ended
RET-23 credit_score controller credit_assessment completed P0D erase
RET-23 credit_score controller credit_assessment event P3Y erase unless=completed
RET-23 credit_evidence controller credit_assessment end_of_year P3Y erase
RET-21 enquiry controller enquiries resolved P0D erase
RET-21 enquiry controller enquiries reviewed P6M erase unless=resolved
RET-21 prospect controller enquiries reviewed P6M erase
RET-20 server_log controller security event P14D erase ceiling=P14D
"""  # noqa: E501 - a line of the table is a rule

MESSAGEBIRD = """
RET-10 call processor service call_ended P6M anonymise ceiling=P2Y
RET-11 call processor service contract_ended P0D erase
RET-10 recording processor service call_ended P6M anonymise ceiling=P2Y
RET-11 recording processor service contract_ended P0D erase
RET-10 sms processor service event P6M anonymise ceiling=P2Y
RET-11 sms processor service contract_ended P0D erase
RET-10 location processor service event P6M anonymise ceiling=P2Y
RET-11 location processor service contract_ended P0D erase
RET-11 contact processor service contract_ended P0D erase ceiling=P10Y
RET-11 email processor service contract_ended P0D erase ceiling=P10Y
RET-11 chat processor service contract_ended P0D erase ceiling=P10Y
RET-11 video_meeting processor service contract_ended P0D erase ceiling=P10Y
RET-11 push processor service contract_ended P0D erase ceiling=P10Y
RET-11 push processor service revoked P0D erase
RET-11 instruction processor service contract_ended P0D erase ceiling=P10Y
RET-11 widget processor service contract_ended P0D erase ceiling=P10Y
RET-11 licence processor service contract_ended P0D erase
RET-11 consent processor service contract_ended P0D erase
RET-5 profile controller service contract_ended P1M erase at_least=P30D
RET-6 usage_log controller operation event P1Y erase ceiling=P1Y
RET-13 account controller billing event P10Y erase floor=P10Y
RET-31 minor_data controller service discovered P0D erase
RET-5 minor_data controller service contract_ended P1M erase at_least=P30D
RET-31 profile controller service discovered P0D erase
RET-31 marketing controller marketing discovered P0D erase
RET-31 client_marketing controller marketing discovered P0D erase
RET-31 usage_log controller operation discovered P0D erase
RET-31 consent processor service discovered P0D erase
RET-31 consent controller proof discovered P0D erase
RET-31 consent_proof controller proof discovered P0D erase
RET-31 location processor service discovered P0D erase
RET-31 sms processor service discovered P0D erase
RET-31 contact processor service discovered P0D erase
RET-31 email processor service discovered P0D erase
RET-31 chat processor service discovered P0D erase
RET-31 video_meeting processor service discovered P0D erase
RET-31 push processor service discovered P0D erase
RET-31 widget processor service discovered P0D erase
"""

INFORMATIQUE70 = f"""
RET-5 consent processor service {MONTH}
RET-16 desk_recording controller quality call_ended P60D erase ceiling=P60D
RET-17 callback_request controller enquiries event P2D erase ceiling=P2D
RET-18 unpaid_invoice controller debt_recovery settled P2D erase
RET-18 unpaid_invoice controller debt_recovery event P3Y archive unless=settled archive=P5Y
RET-19 video_surveillance controller security event P1M erase ceiling=P1M
RET-7 cookie controller audience_measurement first_set P1Y1M erase ceiling=P1Y1M
RET-13 account controller billing event P10Y erase floor=P10Y
RET-15 rights_request_proof controller proof event P3Y erase floor=P3Y
"""

PROMISED = {
    "web2contact": (
        LAW
        + TRAFFIC.format(action="anonymise")
        + CONSENT
        + MARKETING.format(term="P3Y")
        + BILLING
        + ANSWERS
        + WEB2CONTACT
    ),
    "bureau24": (
        LAW
        + TRAFFIC.format(action="erase")
        + CONSENT
        + MARKETING.format(term="P3Y")
        + BILLING
        + ANSWERS
        + BUREAU24
    ),
    "messagebird": (
        LAW
        + TRAFFIC.format(action="anonymise")
        + CONSENT
        + MARKETING.format(term="P1Y")
        + BILLING
        + ANSWERS
        + MESSAGEBIRD
    ),
    "informatique70": (
        LAW
        + TRAFFIC.format(action="erase")
        + CONSENT
        + MARKETING.format(term="P3Y")
        + BILLING
        + CALLS_AS_AGREED
        + INFORMATIQUE70
    ),
    "deskmanager": LAW + TRAFFIC.format(action="erase") + BILLING + ANSWERS + CALLS_AS_AGREED,
}
