using System.Globalization;
using System.Text;
using Paypro.Protocol.Signing;
using Paypro.Server.Checkout;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;

namespace Paypro.Server;

/// <summary>
/// What is printed once the service listens: where, and in a sandbox everything a developer needs for a first payment. It goes to
/// the terminal as it is, not through the log, so that it can be copied.
/// </summary>
internal sealed class Announcement(Installation installation, SandboxMerchants merchants, TimeProvider time)
{
    /// <param name="addresses">Where it listens.</param>
    public string Text(IEnumerable<string> addresses)
    {
        var text = new StringBuilder();
        var listening = addresses.ToList();
        text.AppendLine(CultureInfo.InvariantCulture, $"Paypro {(installation.IsSandbox ? "sandbox" : "live")} listens on {string.Join(", ", listening)}");
        if (!installation.IsSandbox || !installation.Does("api") || listening.Count == 0)
        {
            return text.ToString();
        }

        text.AppendLine().AppendLine("Sandbox merchants:");
        foreach (var (merchant, country) in merchants.Here())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {country.Name,-12} merchantNo {merchant.No}   key {merchant.Secret}");
        }

        text.AppendLine().AppendLine("Create a payment (paste this line):").AppendLine(FirstPayment(PageAddress.Reachable(listening[0])));
        return text.ToString();
    }

    /// <summary>One line of curl, signed with the merchant's real key: a SPEI payment of 300 pesos.</summary>
    private string FirstPayment(string address)
    {
        var merchant = merchants.Here().First(m => m.Country.IsoCode == "MX").Merchant;
        var nowMs = time.NowMs().ToString(CultureInfo.InvariantCulture);
        var members = new List<KeyValuePair<string, string?>>
        {
            new("tradeNo", $"first-{nowMs}"),
            new("amount", "300"),
            new("wayCode", "va"),
            new("notifyUrl", "http://localhost:9000/notify"),
            new("timestamp", nowMs),
        };
        members.Add(new("sign", Md5Signature.Compute(members, Encoding.UTF8.GetBytes(merchant.Secret))));
        var body = "{" + string.Join(",", members.Select(m => $"\"{m.Key}\":\"{m.Value}\"")) + "}";
        return $"curl -s {address}/mex-pay/v1/paypro/payInApi -H 'Content-Type: application/json' -H 'merchantNo: {merchant.No}' -d '{body}'";
    }
}
