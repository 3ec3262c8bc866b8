using System.Globalization;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Vouchers;

/// <summary>One line of a voucher.</summary>
internal sealed record VoucherLine(string Label, string Text);

/// <summary>
/// What the proof of a payment says. Whoever is handed it may read it, so no name, phone or whole account of a customer is in it.
/// </summary>
/// <param name="Title">What it proves.</param>
/// <param name="Amount">What was paid, with its currency.</param>
/// <param name="Lines">The facts, in the order in which they are read.</param>
/// <param name="Notes">Sentences at its foot.</param>
internal sealed record Voucher(string Title, string Amount, IReadOnlyList<VoucherLine> Lines, IReadOnlyList<string> Notes)
{
    /// <summary>How many characters of an account may be read, at most and of how many.</summary>
    private const int ReadableDigits = 4, OneReadableOf = 3;

    /// <summary>The voucher of an order; null when it has not succeeded, or its money went back.</summary>
    /// <param name="order">The order.</param>
    /// <param name="merchant">Its merchant.</param>
    /// <param name="bank">The recipient's bank, where the list has it.</param>
    /// <param name="account">The recipient's account; null when there is none or it has been erased.</param>
    /// <param name="isSandbox">Whether it proves nothing.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static Voucher? Of(OrderRow order, Merchant merchant, Bank? bank, string? account, bool isSandbox, long nowMs)
    {
        if (order.State != OrderState.Paid)
        {
            return null;
        }

        var country = merchant.Country;
        var isPayIn = order.Direction == Direction.PayIn;
        var lines = new List<VoucherLine>
        {
            new("Merchant", merchant.Name),
            new("Merchant number", merchant.NoText),
            new("Transaction number", order.Number),
            new("Merchant's order number", order.TradeNo),
            new("Status", $"{OrderViews.Status(order)} {OrderViews.Message(order)}"),
            new("Amount ordered", Money(order.AmountMinor, country.Currency)),
            new("Amount paid", Money(order.PaidMinor - order.ReturnedMinor, country.Currency)),
        };
        Add(lines, "Amount returned", order.ReturnedMinor > 0 ? Money(order.ReturnedMinor, country.Currency) : null);
        Add(lines, "Paid with", isPayIn ? country.FindWay(order.Way)?.Name ?? order.Way : null);
        Add(lines, "Recipient's bank", isPayIn ? null : bank?.Name ?? order.BankCode);
        Add(lines, "Recipient's account", isPayIn || account is null ? null : Masked(account));
        Add(lines, "Bank's reference", order.Utr);
        lines.Add(new("Ordered", LocalTime(country, order.CreatedAtMs)));
        Add(lines, "Succeeded", order.SuccessAtMs == 0 ? null : LocalTime(country, order.SuccessAtMs));

        List<string> notes = [$"Made on {LocalTime(country, nowMs)}. It tells how the order stood then."];
        if (isSandbox)
        {
            notes.Insert(0, "SANDBOX: no money has moved. This voucher proves nothing.");
        }

        return new Voucher(isPayIn ? "Proof of payment" : "Proof of payout", Money(order.PaidMinor - order.ReturnedMinor, country.Currency), lines, notes);
    }

    /// <summary>The end of an account, never more than a third of it.</summary>
    public static string Masked(string account) => $"****{account[^Math.Min(ReadableDigits, account.Length / OneReadableOf)..]}";

    private static void Add(List<VoucherLine> lines, string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            lines.Add(new VoucherLine(label, text));
        }
    }

    private static string Money(long minor, Currency currency) =>
        $"{currency.Code} {AmountText.ToFixed(minor, currency, currency.MinorDigits).ToString($"N{currency.MinorDigits}", CultureInfo.InvariantCulture)}";

    private static string LocalTime(Country country, long unixMs) => $"{country.LocalTime(unixMs)} {country.TimeZone.Id}";
}
