"""What the API says when it does not do what was asked: Twilio's codes and their sentences."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import JSONResponse

MORE = "https://www.twilio.com/docs/errors/"

SENTENCES = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authenticate"),
    20009: (409, "Cannot change a message that has not reached its final status"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service is unavailable. Please try again"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid 'From' Phone Number"),
    21408: (400, "Permission to send an SMS has not been enabled for the region of 'To'"),
    21421: (400, "PhoneNumber is not valid"),
    21422: (400, "PhoneNumber is not available"),
    21602: (400, "Message body is required"),
    21603: (400, "A 'From' phone number is required"),
    21604: (400, "A 'To' phone number is required"),
    21606: (400, "The 'From' phone number is not a valid, SMS-capable number of your account"),
    21608: (400, "The number is unverified. Trial accounts cannot send to unverified numbers"),
    21609: (400, "The 'StatusCallback' URL is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number is not currently reachable using the 'From' number"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21624: (400, "ValidityPeriod must be an integer between 1 and 36000"),
    21659: (400, "'From' is not a Twilio phone number or Short Code country mismatch"),
    21660: (400, "Mismatch between the 'From' number and the account"),
    21701: (404, "The Messaging Service resource does not exist"),
    21703: (400, "The Messaging Service contains no phone numbers"),
    30409: (400, "Only scheduled messages can be canceled"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer, in the JSON that Twilio's SDKs read."""

    code: int
    status: int
    message: str

    def response(self) -> JSONResponse:
        realm = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.status == 401 else {}
        shown = {
            "code": self.code,
            "message": self.message,
            "more_info": f"{MORE}{self.code}",
            "status": self.status,
        }
        return JSONResponse(shown, self.status, realm)


def refuse(code: int, about: str = "") -> Refusal:
    """Pure. A code without a sentence of its own is a plain 400."""
    status, sentence = SENTENCES.get(code, (400, "The message was refused"))
    return Refusal(code, status, f"{sentence}: {about}" if about else sentence)
