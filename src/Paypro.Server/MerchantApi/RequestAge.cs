using Microsoft.EntityFrameworkCore;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Whether a creation's timestamp is near enough to our clock. Live only: a sandbox must replay documented examples. The sign
/// of a refused payout is remembered for as long as its timestamp could still pass, and refused again.
/// </summary>
internal sealed class RequestAge(Installation installation, PayproOptions options, IContexts contexts, BatchWriter writer, TimeProvider time)
{
    /// <summary>Why a new order is refused; null when it is not. An order that we know already is answered before this counts.</summary>
    public string? Problem(MerchantRequest request, bool payout)
    {
        if (installation.IsSandbox || request.Fields.TimestampMs is not { } timestampMs)
        {
            return null;
        }

        var minutes = payout ? options.PayoutTimestampToleranceMinutes : options.TimestampToleranceMinutes;
        return Math.Abs(time.NowMs() - timestampMs) <= minutes * 60_000L
            ? null
            : $"timestamp: must be within {minutes} minutes of the server's clock";
    }

    public async Task<string?> RefusedBeforeAsync(MerchantRequest request)
    {
        if (installation.IsSandbox)
        {
            return null;
        }

        await using var context = contexts.Create();
        var nowMs = time.NowMs();
        return await context.RefusedSigns.AnyAsync(s => s.MerchantNo == request.Merchant.No && s.Sign == request.Sign && s.UntilMs > nowMs)
            ? "sign: this request was refused before; make a new one"
            : null;
    }

    public async Task RememberRefusedAsync(Merchant merchant, string sign, long? timestampMs)
    {
        if (installation.IsSandbox)
        {
            return;
        }

        // A timestamp passes until it is "tolerance" behind our clock, and one from the future passes later than now.
        var nowMs = time.NowMs();
        var toleranceMs = options.PayoutTimestampToleranceMinutes * 60_000L;
        var untilMs = Math.Max(nowMs, timestampMs ?? nowMs + toleranceMs) + toleranceMs;
        await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            await context.RefusedSigns.Where(s => s.MerchantNo == merchant.No && s.UntilMs <= nowMs).ExecuteDeleteAsync();
            return await context.Database.ExecuteSqlAsync(
                $"INSERT INTO refused_signs (merchant_no, sign, until_ms) VALUES ({merchant.No}, {sign}, {untilMs}) ON CONFLICT (merchant_no, sign) DO UPDATE SET until_ms = excluded.until_ms");
        });
    }

    /// <summary>Where a country names a sub-merchant, it must be one of the merchant's.</summary>
    public static string? SubMerchantProblem(MerchantRequest request) =>
        request.Fields.SubMerchant is not { } sub || request.Snapshot.SubMerchants.Contains((request.Merchant.No, sub))
            ? null
            : "subMerchantNo: is not one of this merchant's";
}
