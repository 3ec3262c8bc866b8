using System.Text;
using System.Web;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;

namespace Paypro.Channels.Paypro;

/// <summary>
/// Reads what a payer is to pay with, and checks it by the standard of its kind: the original's own documented example is no CLABE, and a
/// payer who is shown such a number pays somebody else or nobody. Pure.
/// </summary>
internal static class PayproInstruction
{
    private const int LongestNumber = 34;

    /// <summary>Reads the instruction of an accepted pay-in.</summary>
    /// <param name="account">The account.</param>
    /// <param name="draft">The pay-in.</param>
    /// <param name="answer">What the upstream says.</param>
    /// <param name="problem">Why there is none: null when the upstream gave nothing at all.</param>
    public static PaymentInstruction? Read(PayproAccount account, PayInDraft draft, PayproAnswer answer, out string? problem)
    {
        var way = account.Way(draft.Way);
        if (way.Instruction is PromptInstruction prompt)
        {
            // The prompt is on the payer's phone, and the number is ours to tell.
            problem = null;
            return new() { Kind = prompt.Kind, Value = PromptInstruction.Masked(draft.Person.Account ?? draft.Person.Mobile ?? ""), Bank = prompt.Network };
        }

        var value = way.Redirects ? answer["paymentUrl"] ?? answer["paymentInfo"] : answer["paymentInfo"];
        if (value is null)
        {
            problem = null;
            return null;
        }

        problem = way.Instruction switch
        {
            RedirectInstruction => FindInAddress(account, value),
            QrInstruction => FindInCode(account.Country.Currency, draft.AmountMinor, value),
            { Kind: InstructionKinds.Clabe } => Clabe.IsValid(value) ? null : "is no CLABE: 18 digits with a right check digit",
            _ => value.Length is >= 6 and <= LongestNumber && value.All(char.IsAsciiDigit) ? null : "is no number to pay to",
        };
        return problem is not null ? null : new() { Kind = way.Instruction.Kind, Value = value, Bank = BankOf(account.Country, way.Instruction, value) };
    }

    private static string? FindInAddress(PayproAccount account, string value) =>
        Rules.HttpAddress(value, new RequestContext(IsSandbox: false, account.Country.Banks)) is { } wrong ? wrong
            : Uri.TryCreate(value, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || (!account.Account.Live && address.IsLoopback))
            ? null : "must be https";

    /// <summary>A code must be whole, and if it names amount and currency, they must be the order's.</summary>
    private static string? FindInCode(Currency currency, long amountMinor, string value)
    {
        if (value.StartsWith("upi://pay?", StringComparison.Ordinal))
        {
            var asked = HttpUtility.ParseQueryString(value["upi://pay?".Length..]);
            return string.IsNullOrEmpty(asked["pa"]) ? "is a UPI link to nobody"
                : asked["am"] is { } amount && !Is(amount, amountMinor, currency) ? "asks for another amount"
                : asked["cu"] is { } code && code != currency.Code ? "asks for another currency"
                : null;
        }

        return !EmvQrReader.TryRead(value, out var payload, out var problem) ? problem
            : payload.Find("53") != currency.NumericCode.ToString("000", System.Globalization.CultureInfo.InvariantCulture) ? "asks for another currency"
            : payload.Find("54") is { } told && !Is(told, amountMinor, currency) ? "asks for another amount"
            : null;
    }

    private static bool Is(string text, long amountMinor, Currency currency) =>
        AmountReader.Read(Encoding.UTF8.GetBytes(text.TrimEnd('.')), quoted: true, currency, decimalsAllowed: true, out var minor) is null && minor == amountMinor;

    private static string? BankOf(Country country, WayInstruction instruction, string value) => instruction switch
    {
        QrInstruction qr => qr.Network,
        RedirectInstruction redirect => redirect.Network,
        { Kind: InstructionKinds.Clabe } => country.Banks.FindByAccountPrefix(value[..Clabe.BankPrefixLength])?.Name,
        _ => null,
    };
}
