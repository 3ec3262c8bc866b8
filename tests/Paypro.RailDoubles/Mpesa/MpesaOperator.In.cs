using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.Mpesa;

/// <summary>What comes in: prompts, payments from the menu, and their list.</summary>
internal sealed partial class MpesaOperator
{
    private readonly List<OperatorPrompt> _prompts = [];
    private readonly List<OperatorPayment> _payments = [];
    private bool _lists;

    /// <summary>Where payments from the menu are told; null until it is registered.</summary>
    public Uri? Confirmations { get; private set; }

    /// <summary>Where it is asked whether one is to be taken.</summary>
    public Uri? Validations { get; private set; }

    public IReadOnlyList<OperatorPrompt> Prompts
    {
        get
        {
            lock (_gate)
            {
                return [.. _prompts];
            }
        }
    }

    public IReadOnlyList<OperatorPayment> Payments
    {
        get
        {
            lock (_gate)
            {
                return [.. _payments];
            }
        }
    }

    /// <summary>The newest prompt of a reference.</summary>
    public OperatorPrompt Prompt(string reference)
    {
        lock (_gate)
        {
            return _prompts.Last(each => each.Reference == reference);
        }
    }

    /// <summary>The payer types the PIN.</summary>
    /// <param name="reference">Whose prompt.</param>
    /// <param name="cents">What is paid where it is not what was asked for, which only a wrong operator does.</param>
    public OperatorPrompt Pay(string reference, long? cents = null)
    {
        lock (_gate)
        {
            var prompt = _prompts.Last(each => each.Reference == reference);
            prompt.Code = "0";
            prompt.Payment = Take(prompt.Reference, cents ?? prompt.Shillings * 100);
            return prompt;
        }
    }

    /// <summary>The prompt ends without money.</summary>
    public OperatorPrompt End(string reference, string code)
    {
        lock (_gate)
        {
            var prompt = _prompts.Last(each => each.Reference == reference);
            prompt.Code = code;
            return prompt;
        }
    }

    /// <summary>The payer types the paybill and an account number.</summary>
    public OperatorPayment PayFromMenu(string account, long cents)
    {
        lock (_gate)
        {
            return Take(account, cents);
        }
    }

    /// <summary>The callback about a prompt.</summary>
    public static OperatorPost Told(OperatorPrompt prompt)
    {
        var callback = new JsonObject
        {
            ["MerchantRequestID"] = prompt.MerchantId,
            ["CheckoutRequestID"] = prompt.CheckoutId,
            ["ResultCode"] = int.TryParse(prompt.Code, out var number) ? number : prompt.Code,
            ["ResultDesc"] = prompt.Code == "0" ? "The service request is processed successfully." : "As the test says.",
        };
        if (prompt.Payment is { } payment)
        {
            callback["CallbackMetadata"] = new JsonObject
            {
                ["Item"] = new JsonArray(
                    new JsonObject { ["Name"] = "Amount", ["Value"] = JsonNode.Parse(Decimal(payment.Cents)) },
                    new JsonObject { ["Name"] = "MpesaReceiptNumber", ["Value"] = payment.Receipt },
                    new JsonObject { ["Name"] = "Balance" },
                    new JsonObject { ["Name"] = "TransactionDate", ["Value"] = JsonNode.Parse(NairobiTime(payment.At, "yyyyMMddHHmmss")) },
                    new JsonObject { ["Name"] = "PhoneNumber", ["Value"] = JsonNode.Parse(prompt.Phone) }),
            };
        }

        return new OperatorPost(prompt.Callback, new JsonObject { ["Body"] = new JsonObject { ["stkCallback"] = callback } }.ToJsonString());
    }

    /// <summary>The confirmation of a payment.</summary>
    public OperatorPost Confirmed(OperatorPayment payment) => new(Confirmations!, MenuBody(payment, "30671.00"));

    /// <summary>The question before one.</summary>
    public OperatorPost Asked(string account, long cents) =>
        new(Validations!, MenuBody(new OperatorPayment { Receipt = NewReceipt(), Account = account, Cents = cents, At = _time.GetUtcNow() }, ""));

    private static string Decimal(long cents) => string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:00}");

    /// <summary>Whole shillings bare, the rest with two digits.</summary>
    private static string Bare(long cents) => cents % 100 == 0 ? (cents / 100).ToString(CultureInfo.InvariantCulture) : Decimal(cents);

    private static string MenuBody(OperatorPayment payment, string balance) => new JsonObject
    {
        ["TransactionType"] = "Pay Bill", ["TransID"] = payment.Receipt, ["TransTime"] = NairobiTime(payment.At, "yyyyMMddHHmmss"), ["TransAmount"] = Bare(payment.Cents), ["BusinessShortCode"] = ShortCode,
        ["BillRefNumber"] = payment.Account, ["InvoiceNumber"] = "", ["OrgAccountBalance"] = balance, ["ThirdPartyTransID"] = "", ["MSISDN"] = "25470****149", ["FirstName"] = "TEST", ["MiddleName"] = "", ["LastName"] = "",
    }.ToJsonString();

    private OperatorPayment Take(string account, long cents)
    {
        var payment = new OperatorPayment { Receipt = NewReceipt(), Account = account, Cents = cents, At = _time.GetUtcNow() };
        _payments.Add(payment);
        CollectionCents += cents;
        return payment;
    }

    private (int Status, JsonObject? Body) MakePrompt(JsonObject asked)
    {
        if (IsTooQuick("send"))
        {
            return Error(500, "500.003.02", "Error Occurred: Spike Arrest Violation");
        }

        if (Members(asked, "BusinessShortCode", "Password", "Timestamp", "TransactionType", "Amount", "PartyA", "PartyB", "PhoneNumber", "CallBackURL", "AccountReference", "TransactionDesc") is { } odd)
        {
            return Wrong(odd);
        }

        var timestamp = Text(asked, "Timestamp");
        if (!IsNow(timestamp) || Text(asked, "Password") != Convert.ToBase64String(Encoding.UTF8.GetBytes(ShortCode + Passkey + timestamp)))
        {
            return Error(500, "500.001.1001", "Wrong credentials");
        }

        if (Text(asked, "BusinessShortCode") != ShortCode || Text(asked, "PartyB") != ShortCode)
        {
            return Error(500, "500.001.1001", "Merchant does not exist");
        }

        var (phone, reference) = (Text(asked, "PhoneNumber"), Text(asked, "AccountReference"));
        if (!IsPhone(phone) || Text(asked, "PartyA") != phone)
        {
            return Wrong("PhoneNumber");
        }

        if (!int.TryParse(Text(asked, "Amount"), NumberStyles.None, CultureInfo.InvariantCulture, out var shillings) || shillings is < 1 or > 250_000)
        {
            return Wrong("Amount");
        }

        if (reference.Length > 12 || Text(asked, "TransactionDesc").Length > 13 || Text(asked, "TransactionType") != "CustomerPayBillOnline" || !IsAddress(Text(asked, "CallBackURL")))
        {
            return Wrong("CallBackURL");
        }

        if (_prompts.Any(each => each.Phone == phone && each.Code is null && _time.GetUtcNow() - each.At < TimeSpan.FromMinutes(1)))
        {
            return Error(500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process for the current subscriber");
        }

        var prompt = new OperatorPrompt
        {
            CheckoutId = string.Create(CultureInfo.InvariantCulture, $"ws_CO_{NairobiTime(_time.GetUtcNow(), "ddMMyyyyHHmmss")}{++_number:000000000}"), MerchantId = Guid.NewGuid().ToString(), Reference = reference, Phone = phone,
            Shillings = shillings, Callback = new Uri(Text(asked, "CallBackURL")), At = _time.GetUtcNow(),
        };
        _prompts.Add(prompt);
        return (200, new JsonObject
        {
            ["MerchantRequestID"] = prompt.MerchantId, ["CheckoutRequestID"] = prompt.CheckoutId, ["ResponseCode"] = "0",
            ["ResponseDescription"] = "Success. Request accepted for processing", ["CustomerMessage"] = "Success. Request accepted for processing",
        });
    }

    private (int Status, JsonObject? Body) TellPrompt(JsonObject asked)
    {
        if (Members(asked, "BusinessShortCode", "Password", "Timestamp", "CheckoutRequestID") is { } odd)
        {
            return Wrong(odd);
        }

        if (_prompts.Find(each => each.CheckoutId == Text(asked, "CheckoutRequestID")) is not { } prompt)
        {
            return Error(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID");
        }

        return prompt.Code is not { } code ? Error(500, "500.001.1001", "The transaction is being processed") : (200, new JsonObject
        {
            ["ResponseCode"] = "0", ["ResponseDescription"] = "The service request has been accepted successsfully", ["MerchantRequestID"] = prompt.MerchantId, ["CheckoutRequestID"] = prompt.CheckoutId,
            ["ResultCode"] = code, ["ResultDesc"] = code == "0" ? "The service request is processed successfully." : "As the test says.",
        });
    }

    private (int Status, JsonObject? Body) RegisterMenu(JsonObject asked)
    {
        if (Members(asked, "ShortCode", "ResponseType", "ConfirmationURL", "ValidationURL") is { } odd)
        {
            return Wrong(odd);
        }

        if (Text(asked, "ShortCode") != ShortCode || Text(asked, "ResponseType") is not ("Completed" or "Cancelled") || !IsAddress(Text(asked, "ConfirmationURL")) || !IsAddress(Text(asked, "ValidationURL")))
        {
            return Wrong("ConfirmationURL");
        }

        (Confirmations, Validations) = (new Uri(Text(asked, "ConfirmationURL")), new Uri(Text(asked, "ValidationURL")));
        return (200, new JsonObject { ["OriginatorCoversationID"] = "7619-37765134-1", ["ResponseCode"] = "0", ["ResponseDescription"] = "success" });
    }

    private (int Status, JsonObject? Body) RegisterList(JsonObject asked)
    {
        if (Members(asked, "ShortCode", "RequestType", "NominatedNumber", "CallBackURL") is { } odd)
        {
            return Wrong(odd);
        }

        if (Text(asked, "RequestType") != "Pull" || !IsPhone(Text(asked, "NominatedNumber")) || !IsAddress(Text(asked, "CallBackURL")))
        {
            return Wrong("CallBackURL");
        }

        var code = _lists ? "1001" : "1000";
        _lists = true;
        return (200, new JsonObject { ["ResponseRefID"] = "18633-7271215-1", ["ResponseCode"] = code, ["ResponseDescription"] = _lists ? "ShortCode already Registered" : "ShortCode Successfully registered" });
    }

    private (int Status, JsonObject? Body) TellList(JsonObject asked)
    {
        if (Members(asked, "ShortCode", "StartDate", "EndDate", "OffSetValue") is { } odd)
        {
            return Wrong(odd);
        }

        if (!_lists)
        {
            return Error(400, "400.002.02", "Bad Request - Invalid ShortCode");
        }

        if (ListTime(asked, "StartDate") is not { } from || ListTime(asked, "EndDate") is not { } to || from > to || from < _time.GetUtcNow().AddHours(-48) || !int.TryParse(Text(asked, "OffSetValue"), out var offset))
        {
            return Wrong("StartDate");
        }

        var lines = _payments.Where(each => each.At >= from && each.At <= to).OrderByDescending(each => each.At).Skip(OffsetIsPages ? offset * PageSize : offset).Take(PageSize).ToList();
        if (lines.Count == 0)
        {
            return _number++ % 2 == 0 ? Error(500, "500.003.1001", "no transactions available")
                : (200, new JsonObject { ["ResponseRefID"] = "26178-42530161-2", ["ResponseCode"] = "1001", ["ResponseMessage"] = "No transactions" });
        }

        return (200, new JsonObject
        {
            ["ResponseRefID"] = "26178-42530161-2", ["ResponseCode"] = "1000", ["ResponseMessage"] = "Success",
            ["Response"] = new JsonArray(new JsonArray([.. lines.Select(each => new JsonObject
            {
                ["transactionId"] = each.Receipt, ["trxDate"] = NairobiTime(each.At, "yyyy-MM-dd'T'HH:mm:ss'Z'"), ["msisdn"] = 72200000, ["transactiontype"] = "c2b-pay-bill-debit", ["billreference"] = each.Account,
                ["amount"] = Bare(each.Cents), ["organizationname"] = "TEST",
            })])),
        });
    }

    /// <summary>How far apart clocks may be; the documentation gives no bound.</summary>
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromMinutes(1);

    private bool IsNow(string timestamp) => DateTime.TryParseExact(timestamp, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        && (new DateTimeOffset(time, Nairobi) - _time.GetUtcNow()).Duration() <= Tolerance;

    private static DateTimeOffset? ListTime(JsonObject asked, string name) =>
        DateTime.TryParseExact(Text(asked, name), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? new DateTimeOffset(time, Nairobi) : null;
}
