using System.Globalization;
using System.Text;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Orders;
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

    /// <summary>One line of curl, signed with the first merchant's real key: its country's simplest pay-in.</summary>
    private string FirstPayment(string address)
    {
        var (merchant, country) = merchants.Here().First();
        var operation = country.Operations.First(o => o.ConcernsPayIns && o.Creates);
        var nowMs = time.NowMs().ToString(CultureInfo.InvariantCulture);
        var members = operation.Fields.Where(f => f.Presence == Presence.Required && f.Role != FieldRole.Sign).Select(f => new KeyValuePair<string, string?>(f.Name, f.Role switch
        {
            FieldRole.TradeNo => $"first-{nowMs}",
            FieldRole.NotifyUrl => "http://localhost:9000/notify",
            FieldRole.Timestamp => nowMs,
            _ => f.Example,
        })).ToList();
        members.Add(new("sign", Md5Signature.Compute(members, Encoding.UTF8.GetBytes(merchant.Secret))));
        var body = "{" + string.Join(",", members.Select(m => $"\"{m.Key}\":\"{m.Value}\"")) + "}";
        return $"curl -s {address}/{country.Segment}{operation.Path} -H 'Content-Type: application/json' -H 'merchantNo: {merchant.No}' -d '{body}'";
    }
}
