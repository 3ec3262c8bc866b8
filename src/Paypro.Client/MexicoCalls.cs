using System.Globalization;
using Paypro.Protocol;

namespace Paypro.Client;

/// <summary>A pay-in to create.</summary>
public sealed record PayInOrder
{
    /// <summary>Your order number, 1 to 128 printable ASCII characters, unique.</summary>
    public required string TradeNo { get; init; }

    /// <summary>Whole pesos, above zero.</summary>
    public required long AmountPesos { get; init; }

    /// <summary>Where the result is sent.</summary>
    public required Uri NotifyUrl { get; init; }

    /// <summary><c>va</c> or <c>store</c>; may be null on the hosted page, where the payer then chooses.</summary>
    public string? WayCode { get; init; }

    /// <summary>The payer's name.</summary>
    public string? Payer { get; init; }

    /// <summary>The payer's phone.</summary>
    public string? Mobile { get; init; }

    /// <summary>The payer's e-mail.</summary>
    public string? Email { get; init; }

    /// <summary>Where the payer goes afterwards.</summary>
    public Uri? ReturnUrl { get; init; }

    /// <summary>Handed back unchanged.</summary>
    public string? Remark { get; init; }
}

/// <summary>A payout to create.</summary>
public sealed record PayoutOrder
{
    /// <summary>Your order number, 1 to 128 printable ASCII characters, unique among payouts.</summary>
    public required string TradeNo { get; init; }

    /// <summary>Whole pesos, above zero.</summary>
    public required long AmountPesos { get; init; }

    /// <summary>The recipient's bank, from the bank list.</summary>
    public required string BankCode { get; init; }

    /// <summary><c>CLABE</c> or <c>DebitCard</c>.</summary>
    public required string AccountType { get; init; }

    /// <summary>The recipient's account or card number.</summary>
    public required string Account { get; init; }

    /// <summary>The recipient's name.</summary>
    public required string Name { get; init; }

    /// <summary>The recipient's phone.</summary>
    public string? Mobile { get; init; }

    /// <summary>The recipient's e-mail.</summary>
    public string? Email { get; init; }

    /// <summary>The recipient's identity number.</summary>
    public string? Identity { get; init; }

    /// <summary>Where the result is sent; null: the address set for you at the gateway.</summary>
    public Uri? NotifyUrl { get; init; }

    /// <summary>Handed back unchanged.</summary>
    public string? Remark { get; init; }

    /// <summary>Hides everything: an order printed by mistake must not leak.</summary>
    public override string ToString() => $"PayoutOrder {TradeNo}";
}

/// <summary>Mexico's documented calls by name.</summary>
public static class MexicoCalls
{
    /// <summary>Creates a pay-in; <c>paymentInfo</c> of the answer is the CLABE or store reference to show.</summary>
    /// <inheritdoc cref="PayproClient.CallAsync"/>
    public static Task<PayproResponse> CreatePayInAsync(this PayproClient client, PayInOrder order, CancellationToken cancellation = default) =>
        client.CallAsync("/v1/paypro/payInApi", MembersOf(order), cancellation);

    /// <summary>Creates a pay-in on the hosted page; <c>paymentUrl</c> of the answer is where to send the payer.</summary>
    /// <inheritdoc cref="PayproClient.CallAsync"/>
    public static Task<PayproResponse> CreateHostedPayInAsync(this PayproClient client, PayInOrder order, CancellationToken cancellation = default) =>
        client.CallAsync("/v1/paypro/paymentLink", MembersOf(order), cancellation);

    /// <summary>Creates a payout.</summary>
    /// <inheritdoc cref="PayproClient.CallAsync"/>
    public static Task<PayproResponse> CreatePayoutAsync(this PayproClient client, PayoutOrder order, CancellationToken cancellation = default) =>
        client.CallAsync(
            "/v1/paypro/payOut",
            new Dictionary<string, string?>
            {
                ["tradeNo"] = order.TradeNo,
                ["amount"] = Whole(order.AmountPesos),
                ["wayCode"] = order.BankCode,
                ["customerAccountType"] = order.AccountType,
                ["customerAccount"] = order.Account,
                ["customerName"] = order.Name,
                ["customerMobile"] = order.Mobile,
                ["customerEmail"] = order.Email,
                ["identity"] = order.Identity,
                ["notifyUrl"] = order.NotifyUrl?.AbsoluteUri,
                ["remark"] = order.Remark,
            },
            cancellation);

    /// <summary>Asks for a pay-in by your number.</summary>
    /// <inheritdoc cref="PayproClient.CallAsync"/>
    public static Task<PayproResponse> QueryPayInAsync(this PayproClient client, string tradeNo, CancellationToken cancellation = default) =>
        client.CallAsync("/v1/paypro/queryPayInResult", new Dictionary<string, string?> { ["tradeNo"] = tradeNo }, cancellation);

    /// <summary>Asks for a payout by your number.</summary>
    /// <inheritdoc cref="PayproClient.CallAsync"/>
    public static Task<PayproResponse> QueryPayoutAsync(this PayproClient client, string tradeNo, CancellationToken cancellation = default) =>
        client.CallAsync("/v1/paypro/queryPayOutResult", new Dictionary<string, string?> { ["tradeNo"] = tradeNo }, cancellation);

    /// <summary>Asks for the balances.</summary>
    /// <inheritdoc cref="PayproClient.CallAsync"/>
    public static Task<PayproResponse> QueryBalanceAsync(this PayproClient client, CancellationToken cancellation = default) =>
        client.CallAsync("/v1/paypro/queryBalance", new Dictionary<string, string?>(), cancellation);

    /// <summary>Whether a status is final: neither processing nor partly paid. An order that succeeded can still be returned.</summary>
    public static bool IsFinal(string status) => status is not (ResultStatus.Processing or ResultStatus.Partial);

    private static Dictionary<string, string?> MembersOf(PayInOrder order) => new()
    {
        ["tradeNo"] = order.TradeNo,
        ["amount"] = Whole(order.AmountPesos),
        ["wayCode"] = order.WayCode,
        ["payer"] = order.Payer,
        ["mobile"] = order.Mobile,
        ["email"] = order.Email,
        ["notifyUrl"] = order.NotifyUrl.AbsoluteUri,
        ["returnUrl"] = order.ReturnUrl?.AbsoluteUri,
        ["remark"] = order.Remark,
    };

    private static string Whole(long amount) => amount.ToString(CultureInfo.InvariantCulture);
}
