using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard;

/// <summary>Makes a merchant's key in a transaction: for one person, or for two where the business wants it so.</summary>
internal sealed class KeyMaking(KeyMaker maker, IRandomness randomness, IdSource ids, TimeProvider time)
{
    private const int Bytes = 32;

    /// <returns>A sentence that says what to mend; null when it is made.</returns>
    public async Task<string?> RunAsync(PayproContext context, AuditTrail trail, Actor by, long merchantNo, SigningAlgorithm algorithm, int overlapDays)
    {
        var nowMs = time.NowMs();
        if (await ProblemAsync(context, merchantNo, overlapDays, nowMs) is { } problem)
        {
            return problem;
        }

        foreach (var old in await Valid(context, merchantNo, nowMs).OrderBy(k => k.ValidFromMs).ThenBy(k => k.Id).ToListAsync())
        {
            maker.Change(old, k =>
            {
                k.Signs = false;
                k.ValidToMs = nowMs + (overlapDays * 86_400_000L);
            });
        }

        var secret = new byte[Bytes];
        randomness.Fill(secret);
        var row = maker.Make(ids.Next(), merchantNo, algorithm, Convert.ToHexStringLower(secret), signs: true, nowMs);
        context.MerchantKeys.Add(row);
        trail.Add(by, "key.make", OwnKeys.SubjectOf(merchantNo, row.Id), after: new { kind = algorithm.ToString(), overlapDays }, chain: OwnKeys.BucketOf(merchantNo));
        return null;
    }

    public static async Task<string?> ProblemAsync(PayproContext context, long merchantNo, int overlapDays, long nowMs) =>
        overlapDays is < 0 or > OwnKeys.LongestOverlapDays ? string.Create(CultureInfo.InvariantCulture, $"The old key may go on for 0 to {OwnKeys.LongestOverlapDays} days.")
        : await Valid(context, merchantNo, nowMs).CountAsync() >= OwnKeys.MostValid ? "Two keys are valid already. End one of them first."
        : null;

    private static IQueryable<MerchantKeyRow> Valid(PayproContext context, long merchantNo, long nowMs) =>
        context.MerchantKeys.Where(k => k.MerchantNo == merchantNo && (k.ValidToMs == 0 || k.ValidToMs > nowMs));
}
