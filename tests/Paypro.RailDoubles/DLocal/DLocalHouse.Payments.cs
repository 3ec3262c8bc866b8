using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.DLocal;

/// <summary>Pay-ins and refunds.</summary>
internal sealed partial class DLocalHouse
{
    private static readonly string[] PaymentMembers =
        ["amount", "currency", "country", "payment_method_id", "payment_method_flow", "payer", "order_id", "description", "notification_url", "callback_url"];

    private readonly Dictionary<string, HousePayment> _payments = new(StringComparer.Ordinal);

    /// <summary>Methods of the contract, by country: id, type and flows.</summary>
    public Dictionary<string, List<(string Id, string Type, string[] Flows)>> Methods { get; } = new(StringComparer.Ordinal)
    {
        ["MX"] = [("SE", "BANK_TRANSFER", ["DIRECT", "REDIRECT"]), ("OX", "TICKET", ["DIRECT", "REDIRECT"])],
        ["IN"] = [("UI", "BANK_TRANSFER", ["REDIRECT"])],
    };

    /// <summary>What a DIRECT payment of a method holds to pay with; what the specification has not seen, a test says.</summary>
    public Dictionary<string, Func<HousePayment, (string Member, JsonObject Holds)>> Direct { get; } = new(StringComparer.Ordinal);

    /// <summary>How amounts of pay-ins are written.</summary>
    public Func<long, string, string> Amounts { get; set; } = DLocalForms.Text;

    public IReadOnlyList<HousePayment> Payments
    {
        get
        {
            lock (_gate)
            {
                return [.. _payments.Values];
            }
        }
    }

    /// <summary>The payment of an order's number; null when there is none.</summary>
    public HousePayment? PaymentOf(string orderId)
    {
        lock (_gate)
        {
            return _payments.Values.FirstOrDefault(each => each.OrderId == orderId);
        }
    }

    /// <summary>A payer pays.</summary>
    public HousePayment Pay(string orderId, long? amountMinor = null) => Become(orderId, "PAID", "200", payment =>
    {
        payment.PaidMinor = amountMinor ?? payment.AmountMinor;
        payment.ApprovedAt = _time.GetUtcNow();
        BalanceMinor += payment.PaidMinor;
    });

    /// <summary>The payment reaches another state.</summary>
    public HousePayment Become(string orderId, string status, string code, Action<HousePayment>? besides = null)
    {
        lock (_gate)
        {
            var payment = _payments.Values.First(each => each.OrderId == orderId);
            (payment.Status, payment.Code) = (status, code);
            besides?.Invoke(payment);
            return payment;
        }
    }

    /// <summary>A refund reaches its end.</summary>
    public HouseRefund SettleRefund(string id, bool succeeds = true)
    {
        lock (_gate)
        {
            var refund = _payments.Values.SelectMany(each => each.Refunds).First(each => each.Id == id);
            if (refund.Status == "PENDING")
            {
                refund.Status = succeeds ? "SUCCESS" : "REJECTED";
                BalanceMinor += succeeds ? 0 : refund.AmountMinor;
            }

            return refund;
        }
    }

    public JsonObject BodyOf(HousePayment payment)
    {
        var told = new JsonObject
        {
            ["id"] = payment.Id,
            ["amount"] = JsonNode.Parse(Amounts(payment.Status == "PAID" ? payment.PaidMinor : payment.AmountMinor, payment.Currency)),
            ["currency"] = payment.Currency,
            ["payment_method_id"] = payment.Method,
            ["payment_method_type"] = Methods[payment.Country].First(each => each.Id == payment.Method).Type,
            ["payment_method_flow"] = payment.IsDirect ? "DIRECT" : "REDIRECT",
            ["country"] = payment.Country,
            ["created_date"] = DLocalForms.Text(payment.CreatedAt),
            ["status"] = payment.Status,
            ["status_detail"] = "As the test says.",
            ["status_code"] = payment.Code,
            ["order_id"] = payment.OrderId,
            ["notification_url"] = payment.NotifyUrl,
        };
        if (payment.ApprovedAt is { } approved)
        {
            told["approved_date"] = DLocalForms.Text(approved);
        }

        if (!payment.IsDirect)
        {
            told["redirect_url"] = $"https://sandbox.dlocal.com/collect/pay/pay/M-{payment.Id}";
        }
        else if (Direct.TryGetValue(payment.Method, out var make))
        {
            var (member, holds) = make(payment);
            told[member] = holds;
        }

        return told;
    }

    public static JsonObject BodyOf(HouseRefund refund) => new()
    {
        ["id"] = refund.Id,
        ["payment_id"] = refund.PaymentId,
        ["status"] = refund.Status,
        ["status_code"] = refund.Code,
        ["currency"] = refund.Currency,
        ["created_date"] = DLocalForms.Text(refund.CreatedAt),
        ["amount"] = JsonNode.Parse(DLocalForms.Text(refund.AmountMinor, refund.Currency)),
    };

    private (int Status, JsonNode? Body) MakePayment(byte[] raw)
    {
        if (Parse(raw) is not { } wish)
        {
            _faults.Enqueue("A payment that is no JSON object.");
            return Wrong(400, 5000);
        }

        if (wish.FirstOrDefault(pair => !PaymentMembers.Contains(pair.Key)).Key is { } unknown)
        {
            _faults.Enqueue($"A payment with {unknown}.");
        }

        var (country, method, flow) = (Text(wish, "country") ?? "", Text(wish, "payment_method_id"), Text(wish, "payment_method_flow"));
        foreach (var needed in new[] { "order_id", "payer.name", "payer.email", "notification_url", "country", "currency" })
        {
            if (Text(wish, needed) is null)
            {
                return Wrong(400, 5001, needed);
            }
        }

        if (!Methods.TryGetValue(country, out var methods) || DLocalForms.Currencies[country] != Text(wish, "currency"))
        {
            return Wrong(400, methods is null ? 5003 : 5004, methods is null ? "country" : "currency");
        }

        if (methods.FirstOrDefault(each => each.Id == method) is not { Id: not null } found || !found.Flows.Contains(flow))
        {
            return Wrong(400, 5001, "payment_method_id");
        }

        if (country == "IN" && Text(wish, "payer.address.city") is null)
        {
            return Wrong(400, 5001, "payer.address");
        }

        var currency = DLocalForms.Currencies[country];
        if (DLocalForms.Minor(wish["amount"], currency) is not { } amountMinor)
        {
            _faults.Enqueue("A payment whose amount is no number of the currency.");
            return Wrong(400, 5001, "amount");
        }

        var orderId = Text(wish, "order_id")!;
        if (_payments.Values.Any(each => each.OrderId == orderId))
        {
            return Wrong(400, 5009, "order_id");
        }

        var payment = new HousePayment
        {
            Id = NewName("D"), OrderId = orderId, Country = country, Currency = currency, Method = method!, IsDirect = flow == "DIRECT", AmountMinor = amountMinor,
            CreatedAt = _time.GetUtcNow(), NotifyUrl = Text(wish, "notification_url")!, Asked = wish,
        };
        _payments.Add(payment.Id, payment);
        return (200, BodyOf(payment));
    }

    private (int Status, JsonNode? Body) TellPayment(string id) => _payments.TryGetValue(id, out var payment) ? (200, BodyOf(payment)) : Wrong(404, 4000);

    private (int Status, JsonNode? Body) TellStatus(string id) => _payments.TryGetValue(id, out var payment)
        ? (200, new JsonObject { ["id"] = payment.Id, ["status"] = payment.Status, ["status_code"] = payment.Code, ["status_detail"] = "As the test says." }) : Wrong(404, 4000);

    private (int Status, JsonNode? Body) TellOrder(string orderId) => _payments.Values.FirstOrDefault(each => each.OrderId == orderId) is not { } payment ? Wrong(404, 4000) : (200, new JsonObject
    {
        ["order_id"] = payment.OrderId,
        ["payment_id"] = payment.Id,
        ["currency"] = payment.Currency,
        ["amount"] = JsonNode.Parse(Amounts(payment.AmountMinor, payment.Currency)),
        ["status"] = payment.Status,
        ["status_code"] = payment.Code,
        ["status_detail"] = "As the test says.",
        ["created_date"] = DLocalForms.Text(payment.CreatedAt),
    });

    private (int Status, JsonNode? Body) TellMethods(string country) =>
        country.Length == 0 ? Wrong(400, 5001, "country")
        : !Methods.TryGetValue(country, out var methods) ? Wrong(400, 5003, "country")
        : (200, new JsonArray([.. methods.Select(each => (JsonNode)new JsonObject
        {
            ["id"] = each.Id, ["type"] = each.Type, ["name"] = each.Id, ["logo"] = "https://static.dlocal.com/x.png", ["allowed_flows"] = new JsonArray([.. each.Flows.Select(flow => (JsonNode)flow)]),
        })]));

    private (int Status, JsonNode? Body) MakeRefund(byte[] raw)
    {
        if (Parse(raw) is not { } wish || Text(wish, "payment_id") is not { } paymentId || !_payments.TryGetValue(paymentId, out var payment))
        {
            return Wrong(404, 4000);
        }

        if (payment.Status != "PAID" || Text(wish, "currency") != payment.Currency || DLocalForms.Minor(wish["amount"], payment.Currency) is not { } amountMinor)
        {
            return Wrong(400, payment.Status != "PAID" ? 5002 : 5001);
        }

        if (amountMinor > payment.PaidMinor - payment.RefundedMinor || amountMinor > BalanceMinor)
        {
            return Wrong(400, amountMinor > BalanceMinor ? 5012 : 5007);
        }

        var refund = new HouseRefund
        {
            Id = NewName("REF"), PaymentId = payment.Id, Currency = payment.Currency, AmountMinor = amountMinor, CreatedAt = _time.GetUtcNow(), NotifyUrl = Text(wish, "notification_url") ?? "",
        };
        payment.Refunds.Add(refund);
        BalanceMinor -= amountMinor;
        return (200, BodyOf(refund));
    }

    private (int Status, JsonNode? Body) TellRefund(string id) =>
        _payments.Values.SelectMany(each => each.Refunds).FirstOrDefault(each => each.Id == id) is { } refund ? (200, BodyOf(refund)) : Wrong(404, 4001);
}
