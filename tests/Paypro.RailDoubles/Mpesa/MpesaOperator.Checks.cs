using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.Mpesa;

/// <summary>What is held against every request, and the operator's forms of names and times.</summary>
internal sealed partial class MpesaOperator
{
    private static (int Status, JsonObject? Body) Error(int status, string code, string text) => (status, JsonNode.Parse(MpesaTrouble.Error(code, text))!.AsObject());

    /// <summary>A request that breaks the documentation: remembered, since ours may send none.</summary>
    private (int Status, JsonObject? Body) Wrong(string what)
    {
        _faults.Enqueue(what);
        return Error(400, "400.002.02", $"Bad Request - Invalid {what}");
    }

    private static string Text(JsonObject asked, string name) => asked[name]?.GetValue<string>() ?? "";

    /// <summary>What a request lacks, or has too much.</summary>
    private static string? Members(JsonObject asked, params string[] names) =>
        names.FirstOrDefault(name => Text(asked, name).Length == 0) ?? asked.Select(pair => pair.Key).FirstOrDefault(name => !names.Contains(name));

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == "https" || address.IsLoopback)
        && !new[] { "M-PESA", "Safaricom", "exe", "exec", "cmd", "SQL", "query" }.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsPhone(string text) => System.Text.RegularExpressions.Regex.IsMatch(text, @"^254[17]\d{8}$");

    /// <summary>Sends and questions are counted apart.</summary>
    private bool IsTooQuick(string what)
    {
        var now = _time.GetUtcNow();
        var (second, calls) = _paces.GetValueOrDefault(what);
        _paces[what] = now - second >= TimeSpan.FromSeconds(1) ? (now, 1) : (second, calls + 1);
        return _paces[what].Calls > (MostPerSecond ?? int.MaxValue);
    }

    private bool Opens(JsonObject asked)
    {
        try
        {
            return Encoding.UTF8.GetString(_key.Decrypt(Convert.FromBase64String(Text(asked, "SecurityCredential")), RSAEncryptionPadding.Pkcs1)) == InitiatorPassword;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private string NewReceipt() => string.Create(CultureInfo.InvariantCulture, $"UK{++_number:00000000}");

    private static string NairobiTime(DateTimeOffset at, string format) => at.ToOffset(Nairobi).ToString(format, CultureInfo.InvariantCulture);

    private string NewConversation() => string.Create(CultureInfo.InvariantCulture, $"AG_{NairobiTime(_time.GetUtcNow(), "yyyyMMdd")}_{++_number:x20}");
}
