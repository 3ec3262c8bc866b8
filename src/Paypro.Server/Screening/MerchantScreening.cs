using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screening;

/// <summary>Asks the screening service about merchants that are not approved yet. What it said is kept, and an approval looks at it.</summary>
internal sealed class MerchantScreening(IContexts contexts, BatchWriter writer, Screener screener, RaiseCases cases, PayproOptions options, TimeProvider time, ILogger<MerchantScreening> log)
{
    /// <summary>The kind of its cases; the subject is the merchant's number.</summary>
    public const string Kind = "merchant-screening";

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private const int PerTurn = 20;

    /// <summary>One turn: those that nobody has asked about, and those without an answer for a while. Two nodes may ask the same; each writes what it heard.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        if (!options.Screening.IsOn)
        {
            return false;
        }

        var beforeMs = time.NowMs() - options.Screening.AgainSeconds * 1000L;
        await using var context = contexts.Create();
        var due = await (
            from merchant in context.Merchants.AsNoTracking().Where(m => m.Open && !m.Approved)
            join business in context.Businesses on merchant.BusinessId equals business.Id
            where !context.MerchantScreenings.Any(s => s.MerchantNo == merchant.MerchantNo && (s.Verdict != Verdict.NoAnswer || s.AtMs > beforeMs))
            orderby merchant.MerchantNo
            select new { merchant.MerchantNo, merchant.Country, merchant.Name, Business = business.Name }).Take(PerTurn).ToListAsync(cancellation);
        foreach (var one in due)
        {
            var screened = await screener.AskAsync(
                new ScreeningQuestion
                {
                    Id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"merchant:{one.MerchantNo}"),
                    Kind = "merchant",
                    MerchantNo = one.MerchantNo, Country = one.Country, Name = one.Name, Business = one.Business,
                },
                cancellation);
            if (screened.Verdict == Verdict.NoAnswer)
            {
                log.LogWarning("The screening of merchant {MerchantNo} has no answer: {Trouble}", one.MerchantNo, screened.Trouble);
            }

            await NoteAsync(one.MerchantNo, screened);
        }

        return due.Count == PerTurn;
    }

    /// <summary>Why a merchant may not be approved; null when it may. What is no clear answer holds it until its case is resolved.</summary>
    public async Task<string?> ProblemAsync(PayproContext context, long merchantNo)
    {
        if (!options.Screening.IsOn)
        {
            return null;
        }

        if (await context.MerchantScreenings.AsNoTracking().SingleOrDefaultAsync(s => s.MerchantNo == merchantNo) is not { } said)
        {
            return "merchantNo: the screening service has not been asked about this merchant yet; that is done within seconds";
        }

        var subject = merchantNo.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var key = CaseKey.Of(Buckets.Of(subject), Kind, subject);
        return said.Verdict == Verdict.Clear || await context.Cases.AnyAsync(c => c.Bucket == key.Bucket && c.Id == key.Id && c.State == CaseState.Resolved)
            ? null
            : "merchantNo: the screening service has not cleared this merchant; resolve its case first";
    }

    /// <summary>The case first: a node that dies in between asks again.</summary>
    private async Task NoteAsync(long merchantNo, Screened screened)
    {
        var subject = merchantNo.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var named = screened.Reference.Length == 0 ? "" : $", reference {screened.Reference}";
        if (screened.Verdict == Verdict.Clear)
        {
            await cases.EndAsync(Kind, subject, "The screening service has cleared it.");
        }
        else
        {
            await cases.RaiseAsync(
                Kind, subject,
                screened.Verdict == Verdict.Hit ? $"The screening service has a hit for merchant {subject}{named}. It cannot be approved before this case is resolved."
                    : $"The screening service has not answered about merchant {subject}. It is asked again; the merchant cannot be approved before it answers or this case is resolved.",
                CaseSeverity.Today);
        }

        var nowMs = time.NowMs();
        await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            return await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO merchant_screenings (merchant_no, verdict, reference, at_ms) VALUES ({merchantNo}, {(short)screened.Verdict}, {screened.Reference}, {nowMs})
                ON CONFLICT (merchant_no) DO UPDATE SET verdict = excluded.verdict, reference = excluded.reference, at_ms = excluded.at_ms
                """);
        });
    }
}
