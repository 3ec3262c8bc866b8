using System.Globalization;

namespace Paypro.Channels.DLocal;

/// <summary>Tries an account without moving money: keys and methods of pay-ins, the clock, and the token of payouts.</summary>
internal sealed class DLocalTrial(DLocalAccount account, DLocalHttp http, TimeProvider time)
{
    /// <summary>Methods of one sentence.</summary>
    private const int MostNamed = 20;

    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(60);

    public async Task<IReadOnlyList<TrialFinding>> TryAsync(CancellationToken cancellation)
    {
        var findings = new List<TrialFinding>();
        var reply = await http.CallAsync(HttpMethod.Get, $"/payments-methods?country={account.Account.Country}", null, cancellation).ConfigureAwait(false);
        var methods = reply is DLocalReply.Answered { Status: 200, Problem: null } answer ? answer.Read(DLocalJson.Default.IReadOnlyListDLocalMethod) : null;
        if (reply is DLocalReply.Answered { At: { } at } && (at - time.GetUtcNow()).Duration() is var skew && skew > MostSkew)
        {
            findings.Add(new(TrialResult.Attention, string.Create(CultureInfo.InvariantCulture, $"Our clock is {skew.TotalSeconds:0} seconds from dLocal's, and signatures hold the time: set the clock right.")));
        }

        if (methods is null)
        {
            findings.Add(OfRefusal(reply));
            return findings;
        }

        findings.Add(new(TrialResult.Right, "dLocal takes the login and its keys."));
        findings.AddRange(account.Methods.Select(each => OfMethod(each.Way, each.Method, methods)));
        if (!account.Methods.Any())
        {
            findings.Add(new(TrialResult.Attention, $"No way has a method, so that no pay-in is taken. dLocal offers {Named(methods)}."));
        }

        if (account.Sends)
        {
            var (token, asked) = await http.AskTokenAsync(cancellation).ConfigureAwait(false);
            findings.Add(token is not null ? new(TrialResult.Right, "dLocal gives a token for payouts.")
                : asked is DLocalReply.Answered { Status: >= 400 and < 500 } ? new(TrialResult.Wrong, $"dLocal refuses a token for payouts: client-id or client-secret is not what it knows. {asked.Why}")
                : asked is DLocalReply.Answered { Status: 200 or 201 } ? new(TrialResult.Wrong, $"dLocal's answer holds no token that can be read: look at the setting {DLocalSettings.PayoutBase}.")
                : new(TrialResult.NoAnswer, $"dLocal gives no token for payouts. {asked.Why}"));
        }

        return findings;
    }

    private static TrialFinding OfMethod(string way, DLocalWay wanted, IReadOnlyList<DLocalMethod> methods)
    {
        var flow = wanted.IsDirect ? "DIRECT" : "REDIRECT";
        return methods.FirstOrDefault(each => each?.Id == wanted.Method) is not { } found
            ? new(TrialResult.Wrong, $"dLocal offers no method {wanted.Method} to this account: look at the setting {DLocalSettings.Method}{way}. It offers {Named(methods)}.")
            : found.Flows?.Contains(flow) != true ? new(TrialResult.Wrong, $"dLocal offers {wanted.Method} not as {flow}: look at the setting {DLocalSettings.Method}{way}.")
            : new(TrialResult.Right, $"dLocal offers {wanted.Method} as {flow}, for the way {way}.");
    }

    private static string Named(IReadOnlyList<DLocalMethod> methods) =>
        methods.Select(static each => each?.Id).Where(DLocalReference.IsName).Take(MostNamed).ToList() is { Count: > 0 } names ? string.Join(", ", names) : "none";

    private TrialFinding OfRefusal(DLocalReply reply) => reply switch
    {
        DLocalReply.Answered { Problem.Code: 3001 or 3002 or 3003 } => new(TrialResult.Wrong, $"dLocal refuses us: the login, the trans-key or the address that we call from is not what it knows. {reply.Why}"),
        DLocalReply.Answered { Problem.Code: 5000 } => new(TrialResult.Wrong, $"dLocal does not take our signature: look at secret-key and at the clock. {reply.Why}"),
        DLocalReply.Answered { Problem.Code: 5003 } => new(TrialResult.Wrong, $"The contract does not have {account.Country.Name}. {reply.Why}"),
        DLocalReply.Answered { Status: >= 200 and < 500 } => new(TrialResult.Wrong, $"What answers is not dLocal's list of methods: look at the setting {DLocalSettings.Base}. {reply.Why}"),
        _ => new(TrialResult.NoAnswer, $"dLocal does not answer. {reply.Why}"),
    };
}
