using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.DLocal;

/// <summary>Payouts v3.</summary>
internal sealed partial class DLocalHouse
{
    private static readonly string[] PayoutMembers =
    [
        "external_id", "payment_method_id", "flow_type", "country", "currency", "currency_to_pay", "amount", "purpose", "beneficiary", "remitter", "metadata", "description", "notification_url",
    ];

    private static readonly Dictionary<string, string[]> Needed = new(StringComparer.Ordinal)
    {
        ["MX"] = ["beneficiary.document.id", "beneficiary.bank_account.code", "beneficiary.bank_account.account"],
        ["BR"] = ["beneficiary.document.id"],
        ["NG"] = ["beneficiary.document.id", "beneficiary.bank_account.code", "beneficiary.bank_account.account"],
        ["EG"] = ["beneficiary.document.id"],
        ["PK"] = ["beneficiary.document.id", "metadata.CommercialType", "remitter.first_name", "remitter.last_name", "remitter.nationality"],
        ["PH"] = ["beneficiary.document.id", "beneficiary.phone"],
        ["BD"] = ["beneficiary.document.id", "beneficiary.phone", "beneficiary.address.street", "beneficiary.address.city"],
        ["IN"] = ["beneficiary.bank_account.code", "beneficiary.bank_account.account"],
    };

    private readonly Dictionary<string, HousePayout> _payouts = new(StringComparer.Ordinal);

    /// <summary>Members that this contract does without.</summary>
    public HashSet<string> DoesWithout { get; } = [];

    /// <summary>Methods of payouts beside BANK_TRANSFER, with where their account's number stands.</summary>
    public Dictionary<string, string> PayoutMethods { get; } = new(StringComparer.Ordinal) { ["BANK_TRANSFER"] = "beneficiary.bank_account.account" };

    public IReadOnlyList<HousePayout> Payouts
    {
        get
        {
            lock (_gate)
            {
                return [.. _payouts.Values];
            }
        }
    }

    /// <summary>A payout reaches another state. What is refused or cancelled is on the balance again, also after it was paid.</summary>
    public HousePayout Settle(string externalId, string status = "PAID", string code = "200")
    {
        lock (_gate)
        {
            var payout = _payouts[externalId];
            if (payout.Status is not ("REJECTED" or "CANCELLED"))
            {
                (payout.Status, payout.Code, payout.UpdatedAt) = (status, code, _time.GetUtcNow());
                BalanceMinor += status is "REJECTED" or "CANCELLED" ? payout.AmountMinor : 0;
            }

            return payout;
        }
    }

    public static JsonObject BodyOf(HousePayout payout) => new()
    {
        ["id"] = payout.Id,
        ["external_id"] = payout.ExternalId,
        ["status"] = payout.Status,
        ["status_code"] = payout.Code,
        ["status_detail"] = "As the test says",
        ["created_date"] = DLocalForms.PayoutText(payout.CreatedAt),
        ["last_updated"] = DLocalForms.PayoutText(payout.UpdatedAt),
        ["payment_method_id"] = payout.Asked["payment_method_id"]!.DeepClone(),
        ["flow_type"] = "B2C",
        ["country"] = payout.Country,
        ["currency"] = payout.Currency,
        ["currency_to_pay"] = payout.Currency,
        ["amount"] = JsonNode.Parse(DLocalForms.Text(payout.AmountMinor, payout.Currency)),
        ["purpose"] = payout.Asked["purpose"]!.DeepClone(),
        ["on_hold"] = false,
        ["notification_url"] = payout.NotifyUrl,
        ["amount_details"] = new JsonObject { ["amount_to_pay"] = JsonNode.Parse(DLocalForms.Text(payout.AmountMinor, payout.Currency)) },
    };

    private (int Status, JsonNode? Body) Send(byte[] raw)
    {
        if (Parse(raw) is not { } wish)
        {
            _faults.Enqueue("A payout that is no JSON object.");
            return Wrong(400, 3000);
        }

        if (wish.FirstOrDefault(pair => !PayoutMembers.Contains(pair.Key)).Key is { } unknown)
        {
            _faults.Enqueue($"A payout with {unknown}.");
        }

        var country = Text(wish, "country") ?? "";
        if (!DLocalForms.Currencies.TryGetValue(country, out var currency))
        {
            return Wrong(400, 5007);
        }

        var method = Text(wish, "payment_method_id") ?? "";
        if (!PayoutMethods.TryGetValue(method, out var holds) || Text(wish, holds) is null || Text(wish, "flow_type") != "B2C" || Text(wish, "purpose") is null
            || Text(wish, "currency") != currency || Text(wish, "currency_to_pay") != currency || DLocalForms.Minor(wish["amount"], currency) is not { } amountMinor)
        {
            _faults.Enqueue("A payout whose method, account, purpose, currency or amount is none.");
            return Wrong(400, 3000);
        }

        foreach (var needed in new[] { "external_id", "notification_url", "beneficiary.first_name", "beneficiary.last_name" }.Concat(Needed.GetValueOrDefault(country) ?? []))
        {
            if (Text(wish, needed) is null && !DoesWithout.Contains(needed) && !(method != "BANK_TRANSFER" && needed.Contains(".bank_account.", StringComparison.Ordinal)))
            {
                _faults.Enqueue($"A payout to {country} without {needed}.");
                return Wrong(400, 3001, needed);
            }
        }

        var externalId = Text(wish, "external_id")!;
        if (_payouts.ContainsKey(externalId))
        {
            return Wrong(400, 5011);
        }

        if (amountMinor > BalanceMinor)
        {
            return Wrong(400, 5014);
        }

        var payout = new HousePayout
        {
            Id = NewName("PO"), ExternalId = externalId, Country = country, Currency = currency, AmountMinor = amountMinor, CreatedAt = _time.GetUtcNow(), UpdatedAt = _time.GetUtcNow(),
            NotifyUrl = Text(wish, "notification_url")!, Asked = wish,
        };
        _payouts.Add(externalId, payout);
        BalanceMinor -= amountMinor;
        return (200, BodyOf(payout));
    }

    private (int Status, JsonNode? Body) TellPayout(string externalId) => _payouts.TryGetValue(externalId, out var payout) ? (200, BodyOf(payout)) : Wrong(400, 5009);
}
