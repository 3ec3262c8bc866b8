using System.Globalization;

namespace Paypro.Channels.Spei;

/// <summary>Tries an account without moving money: the key, a signed question, the list of what came, the balance.</summary>
internal static class SpeiTrial
{
    private const int BitsAtLeast = 2048;

    /// <summary>A key that no bank gives out, so that nothing of ours is asked about.</summary>
    private const string Nobodys = "PRUEBA0DE0CONEXION";

    public static async Task<IReadOnlyList<TrialFinding>> TryAsync(SpeiAccount account, SpeiSignature signature, SpeiQuestions questions, CancellationToken cancellation)
    {
        var bits = signature.KeyBits;
        var findings = new List<TrialFinding>
        {
            bits == 0 ? new(TrialResult.Wrong, "The private key cannot be opened.")
                : bits < BitsAtLeast ? new(TrialResult.Attention, string.Create(CultureInfo.InvariantCulture, $"The private key has {bits} bits: make one of {BitsAtLeast} and give STP its public half."))
                : new(TrialResult.Right, string.Create(CultureInfo.InvariantCulture, $"The private key has {bits} bits.")),
        };
        if (bits == 0)
        {
            return findings;
        }

        var asked = await questions.OrderAsync(Nobodys, "E", "", cancellation).ConfigureAwait(false);
        findings.Add(asked is SpeiFound.Unknown unknown
            ? new(unknown.IsAnswer ? TrialResult.Wrong : TrialResult.NoAnswer, unknown.IsAnswer
                ? $"STP does not take a signed question: it has another public key, or the setting {SpeiSettings.Company} is not its alias of us. {unknown.Why}"
                : $"STP does not answer a question: look at {SpeiSettings.Queries}, {SpeiSettings.ServerAuthority} and the way to its network. {unknown.Why}")
            : new(TrialResult.Right, "STP takes a signed question."));
        if (asked is SpeiFound.Unknown)
        {
            return findings;
        }

        findings.Add(await questions.PageAsync("R", "", 0, cancellation).ConfigureAwait(false) is { } page
            ? new(TrialResult.Right, string.Create(CultureInfo.InvariantCulture, $"STP tells the running day's list: {page.Total} payments received."))
            : new(TrialResult.Wrong, "STP does not tell the running day's list: without it lost callbacks are never found. Ask STP for V2/conciliacion."));
        var (minor, reply) = await questions.BalanceAsync(cancellation).ConfigureAwait(false);
        findings.Add(minor is { } told ? new(TrialResult.Right, string.Create(CultureInfo.InvariantCulture, $"STP tells the balance: {told / 100m:0.00} MXN."))
            : new(TrialResult.Attention, $"STP does not tell the balance in a way that can be read, so that payouts are held by our own books alone. {reply.Why}"));
        findings.Add(account.CallbackAddresses.Count > 0 || account.Account.Secrets.Names.Contains(SpeiChannel.BasicUser)
            ? new(TrialResult.Right, "Callbacks are asked for more than our address.")
            : new(TrialResult.Attention, $"Callbacks are known by our address alone: set {SpeiSettings.CallbackAddresses}, or give STP a user ({SpeiChannel.BasicUser}, {SpeiChannel.BasicPassword})."));
        findings.Add(new(TrialResult.Attention, "STP has no test of our addresses: ask it whether it has both, and send one peso."));
        return findings;
    }
}
