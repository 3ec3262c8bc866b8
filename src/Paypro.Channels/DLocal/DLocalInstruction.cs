using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Web;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;

namespace Paypro.Channels.DLocal;

/// <summary>
/// Reads what a payer is to pay with, and checks it by the standard of its kind: a payer who is shown another number pays somebody else or nobody. Pure.
/// </summary>
internal static class DLocalInstruction
{
    private const int LongestNumber = 64, LongestAddress = 2_000;

    private const string UpiLink = "upi://pay?";

    /// <summary>The instruction; null where the payment holds none that can be shown, or is of another amount.</summary>
    public static PaymentInstruction? Of(DLocalAccount account, string wayCode, long amountMinor, DLocalPayment told)
    {
        if (account.MethodOf(wayCode) is not { } method || account.Country.FindWay(wayCode) is not { } way
            || told.Currency != account.Account.Currency || !DLocalAmount.TryRead(told.Amount, told.Currency, out var minor) || minor != amountMinor)
        {
            return null;
        }

        var network = way.Instruction switch { QrInstruction qr => qr.Network, RedirectInstruction redirect => redirect.Network, _ => null };
        if (!method.IsDirect)
        {
            return IsPage(account, told.Redirect) ? new() { Kind = InstructionKinds.Redirect, Value = told.Redirect!, Bank = network } : null;
        }

        var value = way.Instruction switch
        {
            NumberInstruction { Kind: InstructionKinds.Barcode } => Text(told.Ticket, "barcode") ?? Text(told.Ticket, "number"),
            NumberInstruction => IsSame(told.Transfer, account.Account.Currency, amountMinor) ? Text(told.Transfer, account.Setting(DLocalSettings.AccountMember)!) : null,
            QrInstruction => Text(told.Ticket, account.Setting(DLocalSettings.QrMember)!),
            _ => null,
        };
        if (value is null)
        {
            return null;
        }

        var isRight = way.Instruction switch
        {
            QrInstruction => IsCode(account.Country.Currency, amountMinor, value),
            { Kind: InstructionKinds.Clabe } => Clabe.IsValid(value),
            _ => value.Length is >= 6 and <= LongestNumber && value.All(char.IsAsciiLetterOrDigit) && value.Any(char.IsAsciiDigit),
        };
        return !isRight ? null : new()
        {
            Kind = way.Instruction.Kind,
            Value = value,
            BeneficiaryName = Text(told.Transfer, "beneficiary"),
            Bank = network ?? Text(told.Transfer, "name") ?? Text(told.Ticket, "provider_name"),
        };
    }

    private static bool IsPage(DLocalAccount account, string? text) =>
        text is { Length: > 0 and <= LongestAddress } && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && !account.Account.Live && address.IsLoopback));

    /// <summary>The amount to transfer may be told by itself, and then must be the order's.</summary>
    private static bool IsSame(JsonElement? transfer, string currency, long amountMinor) =>
        Member(transfer, "amount_to_transfer") is not { } told || (told.ValueKind == JsonValueKind.Number && DLocalAmount.TryRead(told.GetRawText(), currency, out var minor) && minor == amountMinor);

    /// <summary>A code must be whole, and if it names amount and currency, they must be the order's.</summary>
    private static bool IsCode(Currency currency, long amountMinor, string value)
    {
        if (value.StartsWith(UpiLink, StringComparison.Ordinal))
        {
            var asked = HttpUtility.ParseQueryString(value[UpiLink.Length..]);
            return !string.IsNullOrEmpty(asked["pa"]) && (asked["am"] is not { } wanted || Is(wanted, amountMinor, currency)) && (asked["cu"] is not { } code || code == currency.Code);
        }

        return EmvQrReader.TryRead(value, out var payload, out _) && payload.Find("53") == currency.NumericCode.ToString("000", CultureInfo.InvariantCulture)
            && (payload.Find("54") is not { } amount || Is(amount, amountMinor, currency));
    }

    private static bool Is(string text, long amountMinor, Currency currency) =>
        AmountReader.Read(Encoding.UTF8.GetBytes(text.TrimEnd('.')), quoted: true, currency, decimalsAllowed: true, out var minor) is null && minor == amountMinor;

    private static JsonElement? Member(JsonElement? from, string name) =>
        from is { ValueKind: JsonValueKind.Object } whole && whole.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement? from, string name) =>
        Member(from, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;
}
