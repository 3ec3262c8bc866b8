using System.Globalization;
using System.Security.Cryptography;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.DLocal;

/// <summary>What may be wrong with the settings and secrets, in one sentence that names the first.</summary>
internal sealed partial class DLocalAccount
{
    private string? FindInWays()
    {
        foreach (var (name, _) in Account.Settings.Where(static each => each.Key.StartsWith(DLocalSettings.Method, StringComparison.Ordinal)))
        {
            var code = name[DLocalSettings.Method.Length..];
            if (Country.FindWay(code) is not { } way)
            {
                return $"{name}: {Country.Name} has no such way";
            }

            if (MethodOf(code) is not { } method || !DLocalReference.IsName(method.Method))
            {
                return $"{name}: must be dLocal's method and flow, such as SE:REDIRECT";
            }

            if (method.IsDirect && FindInDirect(name, way) is { } problem)
            {
                return problem;
            }
        }

        return Refunds.FirstOrDefault(code => Country.FindWay(code) is null) is { } unknown ? $"{DLocalSettings.Refunds}: {Country.Name} has no way {unknown}" : null;
    }

    private string? FindInDirect(string name, PayInWay way) => way.Instruction switch
    {
        NumberInstruction { Kind: InstructionKinds.Barcode } => null,
        NumberInstruction => Setting(DLocalSettings.AccountMember) is null ? $"{DLocalSettings.AccountMember}: must name the member that holds the account, since {name} is DIRECT" : null,
        QrInstruction => Setting(DLocalSettings.QrMember) is null ? $"{DLocalSettings.QrMember}: must name the member that holds the code, since {name} is DIRECT" : null,
        _ => $"{name}: must be REDIRECT, since the payer goes to the wallet or answers a prompt",
    };

    private string? FindInPayouts()
    {
        if (Setting(DLocalSettings.Payouts) is not (null or "none" or "v3"))
        {
            return $"{DLocalSettings.Payouts}: must be none or v3";
        }

        if (Sends && !DLocalReference.IsName(Setting(DLocalSettings.Purpose)))
        {
            return $"{DLocalSettings.Purpose}: must be dLocal's code of what payouts are for, such as REMITTANCES";
        }

        foreach (var (name, value) in Account.Settings)
        {
            if (name.StartsWith(DLocalSettings.PayoutMethod, StringComparison.Ordinal) && !DLocalReference.IsName(value))
            {
                return $"{name}: must be dLocal's name of a method";
            }

            if ((name.StartsWith(DLocalSettings.PayoutMember, StringComparison.Ordinal) || name.StartsWith(DLocalSettings.PayoutCodeMember, StringComparison.Ordinal)) && !IsPath(value, "beneficiary"))
            {
                return $"{name}: must be members with full stops between, beginning with beneficiary";
            }
        }

        return Sends && Rules.Needs.Concat(Rules.BankNeeds).FirstOrDefault(need => !need.StartsWith("beneficiary.", StringComparison.Ordinal) && !LeftOut.Contains(need) && Setting(DLocalSettings.PayoutDefault + need) is null) is { } lacking
            ? $"{DLocalSettings.PayoutDefault}{lacking}: is missing, and no merchant sends it"
            : null;
    }

    private string? FindInOthers()
    {
        foreach (var (name, value) in Account.Settings)
        {
            var isBad = name.StartsWith(DLocalSettings.PaymentDefault, StringComparison.Ordinal) ? !IsPath(name[DLocalSettings.PaymentDefault.Length..], "payer") || value.Length == 0
                : name.StartsWith(DLocalSettings.PayoutDefault, StringComparison.Ordinal) && (!IsPath(name[DLocalSettings.PayoutDefault.Length..], "beneficiary", "remitter", "metadata") || value.Length == 0);
            if (isBad)
            {
                return $"{name}: must name a member of payer, beneficiary, remitter or metadata, and say what it has";
            }
        }

        foreach (var name in new[] { DLocalSettings.AccountMember, DLocalSettings.QrMember })
        {
            if (Setting(name) is { } member && !DLocalReference.IsName(member))
            {
                return $"{name}: must be the name of one member";
            }
        }

        if (Methods.Any() && Rules.PaymentNeeds.FirstOrDefault(need => !LeftOut.Contains(need) && Setting(DLocalSettings.PaymentDefault + need) is null) is { } lacking)
        {
            return $"{DLocalSettings.PaymentDefault}{lacking}: is missing, and no merchant sends it";
        }

        if (Setting(DLocalSettings.MaxInFlight) is { } most && !(int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 64))
        {
            return $"{DLocalSettings.MaxInFlight}: must be a whole number from 1 to 64";
        }

        try
        {
            OpenAuthority()?.Dispose();
        }
        catch (CryptographicException)
        {
            return $"{DLocalSettings.ServerAuthority}: must be a certificate in PEM";
        }

        return Account.CallbackAddress is null ? "callback address: the server must know its own, since dLocal is told it" : null;
    }

    private string? FindInSecrets(long nowMs)
    {
        foreach (var name in Sends ? Always.Concat(ForPayouts) : Always)
        {
            var value = Account.Secrets.Current(name, nowMs);
            if (value.IsEmpty)
            {
                return $"{name}: is missing or not valid now";
            }

            if (name is Login or TransKey && value.Span.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            {
                return $"{name}: must be printable ASCII without blanks";
            }
        }

        return Account.Secrets.Valid(CallbackToken, nowMs).Any(static token => token.Length < 16) ? $"{CallbackToken}: must have at least 16 bytes" : null;
    }

    private static bool IsPath(string path, params string[] roots) =>
        path.Split('.') is { Length: >= 2 and <= 5 } parts && roots.Contains(parts[0]) && parts.All(static part => part.Length > 0 && part.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'));
}
