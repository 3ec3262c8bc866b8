using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <summary>Which calls are asked for; what the address of the page says.</summary>
/// <param name="Operation">0 for all.</param>
/// <param name="Answer"><c>faults</c>, a code of the envelope, <c>http</c>, or empty for all.</param>
/// <param name="Hours">Not older.</param>
/// <param name="Before">Older than this call; null for the newest.</param>
internal sealed record CallWish(short Operation, string Answer, int Hours, long? Before)
{
    public static readonly IReadOnlyList<string> Answers = ["", "faults", "0000", "8000", "5000", "http"];
    public static readonly IReadOnlyList<int> Spans = [1, 24, 168];

    public static CallWish Of(IQueryCollection query) => new(
        short.TryParse(query["operation"], NumberStyles.None, CultureInfo.InvariantCulture, out var operation) ? operation : (short)0,
        Answers.Contains(query["answer"].ToString()) ? query["answer"].ToString() : "",
        int.TryParse(query["hours"], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && Spans.Contains(hours) ? hours : Spans[^1],
        long.TryParse(query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null);

    /// <summary>The query of an address that asks for the same from another call on.</summary>
    public string Query(long? before) =>
        string.Create(CultureInfo.InvariantCulture, $"?operation={Operation}&answer={Answer}&hours={Hours}{(before is null ? "" : $"&before={before}")}");
}

/// <param name="Calls">The newest first.</param>
/// <param name="Next">From where the next page begins; null on the last.</param>
/// <param name="SearchedToMs">How far back was looked, where a filter hardly matches; null when all was looked at.</param>
internal sealed record CallPage(IReadOnlyList<ApiCallRow> Calls, long? Next, long? SearchedToMs);

/// <summary>Reads a merchant's calls, a page by their key.</summary>
internal sealed class CallReads(IContexts contexts, TimeProvider time)
{
    public const int PageSize = 50;

    /// <summary>Calls that are looked at for one page.</summary>
    public const int MostLookedAt = 20_000;

    private const int RecentCalls = 500, RecentAddresses = 8;

    public async Task<CallPage> ListAsync(long merchantNo, CallWish wish)
    {
        await using var context = contexts.Create();
        var (first, before) = (IdSource.FirstAt(time.NowMs() - (wish.Hours * 3_600_000L)), wish.Before ?? long.MaxValue);
        var portion = context.ApiCalls.AsNoTracking().Where(c => c.MerchantNo == merchantNo && c.Id >= first && c.Id < before).OrderByDescending(c => c.Id).Take(MostLookedAt);
        var (operation, answer) = (wish.Operation, wish.Answer);
        var found = await portion
            .Where(c => (operation == 0 || c.Operation == operation)
                && (answer == "" || (answer == "faults" ? !c.Accepted : answer == "http" ? c.HttpStatus != 200 : c.Code == answer && c.HttpStatus == 200)))
            .OrderByDescending(c => c.Id).Take(PageSize + 1).ToListAsync();
        if (found.Count > PageSize)
        {
            return new CallPage(found[..PageSize], found[PageSize - 1].Id, null);
        }

        var last = await portion.OrderByDescending(c => c.Id).Skip(MostLookedAt - 1).Select(c => (long?)c.Id).FirstOrDefaultAsync();
        return new CallPage(found, last, last is null ? null : IdSource.TimeOf(last.Value));
    }

    public async Task<ApiCallRow?> FindAsync(long merchantNo, long id)
    {
        await using var context = contexts.Create();
        return await context.ApiCalls.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.MerchantNo == merchantNo);
    }

    /// <summary>From where a merchant's signed calls came lately, the most frequent first.</summary>
    public async Task<IReadOnlyList<(string Address, int Calls)>> AddressesAsync(long merchantNo)
    {
        await using var context = contexts.Create();
        var addresses = await context.ApiCalls.AsNoTracking().Where(c => c.MerchantNo == merchantNo).OrderByDescending(c => c.Id).Take(RecentCalls).Where(c => c.Proved).Select(c => c.Address).ToListAsync();
        return [.. addresses.CountBy(a => a).OrderByDescending(a => a.Value).Take(RecentAddresses).Select(a => (a.Key, a.Value))];
    }

    /// <summary>The name of an operation, in English.</summary>
    public static string NameOf(short operation) => (OperationKind)operation switch
    {
        OperationKind.CreatePayIn => "Pay-in",
        OperationKind.CreateHostedPayIn => "Pay-in with page",
        OperationKind.CreatePayout => "Payout",
        OperationKind.QueryPayIn => "Query of a pay-in",
        OperationKind.QueryPayout => "Query of a payout",
        OperationKind.QueryBalance => "Balance",
        OperationKind.VerifyAccount => "Account check",
        OperationKind.Proof => "Voucher",
        OperationKind.QueryByCode => "Query by code",
        OperationKind.SubmitReference => "Reference handed in",
        OperationKind.CreateRefund => "Refund",
        OperationKind.QueryRefund => "Query of a refund",
        OperationKind.CancelPayIn => "Cancellation",
        _ => "No operation",
    };
}
