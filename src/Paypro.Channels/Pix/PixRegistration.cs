using System.Globalization;
using System.Text.Json;

namespace Paypro.Channels.Pix;

/// <summary>Registers our address at the bank, and tries an account without moving money.</summary>
internal sealed class PixRegistration(PixAccount account, PixHttp http, TimeProvider time)
{
    /// <summary>What the directions need; a bank that tells no scopes is not asked for them.</summary>
    private static readonly string[] Needed = ["cob.read", "cob.write", "pix.read", "pix.write", "webhook.read", "webhook.write"], NeededForPayouts = ["pix.send", "gn.pix.send.read", "gn.balance.read"];

    private IEnumerable<string> Keys => account.Sends ? new[] { account.Key, account.PayingKey }.Distinct(StringComparer.Ordinal) : [account.Key];

    private string Address => account.CallbackAddress(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Registers the address for each of our keys, and reads back what the bank has then.</summary>
    public async Task<string?> ActivateAsync(CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new PixWebhook(Address), PixJson.Default.PixWebhook);
        foreach (var key in Keys)
        {
            (string, string)? header = account.SkipsMtlsChecking ? ("x-skip-mtls-checking", "true") : null;
            var reply = await http.CallAsync(HttpMethod.Put, PathOf(key), body, cancellation, header).ConfigureAwait(false);
            if (reply is not PixReply.Answered { Status: 200 or 201 or 204 })
            {
                return $"The bank did not take the address for callbacks. {reply.Why}";
            }

            if (await RegisteredAsync(key, cancellation).ConfigureAwait(false) is not { Result: TrialResult.Right } found)
            {
                return "The bank took the address for callbacks and does not tell it when it is asked.";
            }
        }

        return null;
    }

    /// <summary>Tries the certificate, the token, what it may do, and the registration.</summary>
    public async Task<IReadOnlyList<TrialFinding>> TryAsync(CancellationToken cancellation)
    {
        var findings = new List<TrialFinding> { OfCertificate() };
        if (findings[0].Result == TrialResult.Wrong)
        {
            return findings;
        }

        var (token, scope, reply) = await http.AskTokenAsync(cancellation).ConfigureAwait(false);
        if (token is null)
        {
            findings.Add(reply is PixReply.Answered { Status: >= 400 and < 500 } ? new(TrialResult.Wrong, $"The bank refuses a token: client-id, client-secret or the certificate is not what it knows. {reply.Why}")
                : reply is PixReply.Answered { Status: 200 or 201 } ? new(TrialResult.Wrong, "The bank's answer holds no token that can be read: look at the settings token and tokenBody.")
                : new(TrialResult.NoAnswer, $"The bank gives no token. {reply.Why}"));
            return findings;
        }

        findings.Add(new(TrialResult.Right, "The bank gives a token."));
        string[] has = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries), needs = [.. Needed, .. account.Sends ? NeededForPayouts : []];
        if (has.Length > 0)
        {
            var lacks = needs.Except(has).ToList();
            findings.Add(lacks.Count == 0 ? new(TrialResult.Right, "The token may do all that the account needs.")
                : new(TrialResult.Wrong, $"The token may not do {string.Join(", ", lacks)}: ask the bank for these scopes."));
        }

        foreach (var key in Keys)
        {
            findings.Add(await RegisteredAsync(key, cancellation).ConfigureAwait(false));
        }

        return findings;
    }

    private string PathOf(string key) => $"{account.ApiPath}/webhook/{Uri.EscapeDataString(key)}";

    private TrialFinding OfCertificate()
    {
        if (http.CertificateEnds is not { } ends || http.CertificateBegins is not { } begins)
        {
            return new(TrialResult.Wrong, "The client certificate cannot be opened.");
        }

        var now = time.GetUtcNow();
        var until = ends.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return now >= ends ? new(TrialResult.Wrong, $"The client certificate ended on {until}: ask the bank for a new one.")
            : now < begins ? new(TrialResult.Wrong, $"The client certificate counts from {begins.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} only.")
            : now.AddDays(PixHttp.CertificateAlarmDays) >= ends ? new(TrialResult.Attention, $"The client certificate ends on {until}: ask the bank for a new one.")
            : new(TrialResult.Right, $"The client certificate counts until {until}.");
    }

    /// <summary>The registered address holds a secret, so that it is compared and never shown.</summary>
    private async Task<TrialFinding> RegisteredAsync(string key, CancellationToken cancellation)
    {
        var reply = await http.CallAsync(HttpMethod.Get, PathOf(key), null, cancellation).ConfigureAwait(false);
        var which = key == account.Key ? PixSettings.Key : PixSettings.PayingKey;
        return reply switch
        {
            PixReply.Answered { Status: 200 } answer when answer.Read(PixJson.Default.PixWebhook) is { Address: { } registered } => registered == Address
                ? new(TrialResult.Right, $"The bank calls our address for the key of {which}.")
                : new(TrialResult.Wrong, $"The bank calls another address for the key of {which}: activate the account."),
            PixReply.Answered { Problem.Name: "WebhookNaoEncontrado" } => new(TrialResult.Wrong, $"The bank has no address for callbacks about the key of {which}: activate the account."),
            PixReply.Answered { Status: 404 } or PixReply.Answered { Problem.IsNotFound: true } => new(TrialResult.Wrong, $"The bank has nothing there: activate the account, and if that is refused look at the settings {PixSettings.Base} and {PixSettings.ApiPath}."),
            PixReply.Answered { Status: >= 400 and < 500 } => new(TrialResult.Wrong, $"The bank does not tell which address it calls for the key of {which}. {reply.Why}"),
            PixReply.Answered { Status: 200 } => new(TrialResult.Wrong, $"The bank's answer names no address for the key of {which}: look at the settings {PixSettings.Base} and {PixSettings.ApiPath}."),
            _ => new(TrialResult.NoAnswer, $"The bank does not answer which address it calls. {reply.Why}"),
        };
    }
}
