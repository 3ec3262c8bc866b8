using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>Withdraws balances by themselves: each day, or on one day of the week, after what falls due that day has been settled.</summary>
internal sealed class WithdrawalSchedules(AuditedStore store, IContexts contexts, Withdrawals withdrawals, CountryCatalog countries, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>The local hour from which a day's withdrawal is made.</summary>
    public const int FromHour = 3;

    private const int Portion = 500;
    private const long MostMinor = 1_000_000_000_000_000;

    /// <summary>Sets or replaces a merchant's schedule.</summary>
    public Task<string?> SetAsync(Actor by, WithdrawalScheduleRow wish) => store.SaveAsync<string?>(async (context, trail) =>
    {
        // The destination's row is the lock: whoever takes it away at the same moment comes before, or takes the schedule as well.
        if (await context.Destinations.Where(d => d.Id == wish.DestinationId && d.MerchantNo == wish.MerchantNo && d.State == DestinationState.Confirmed)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DestinationState.Confirmed)) == 0)
        {
            return "destination: must be one that the operator has confirmed";
        }

        if (wish.Weekday is < 0 or > 7 || wish.MinimumMinor is < 0 or > MostMinor || wish.StaysMinor is < 0 or > MostMinor)
        {
            return "amount: must be from zero";
        }

        var merchant = await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == wish.MerchantNo);
        var row = await context.WithdrawalSchedules.SingleOrDefaultAsync(s => s.MerchantNo == wish.MerchantNo);
        if (row is null)
        {
            context.WithdrawalSchedules.Add(row = new WithdrawalScheduleRow { MerchantNo = wish.MerchantNo });
        }

        var before = new { row.DestinationId, row.Weekday, row.MinimumMinor, row.StaysMinor };

        // The day of today has begun without it.
        (row.DestinationId, row.Weekday, row.MinimumMinor, row.StaysMinor, row.MadeByUserId, row.MadeBy, row.LastDay) =
            (wish.DestinationId, wish.Weekday, wish.MinimumMinor, wish.StaysMinor, by.UserId, by.Text, Clock.LocalDate(time.NowMs(), ZoneOf(merchant)).ToNumber());
        trail.Add(by, "withdrawal.schedule", Destinations.SubjectOf(wish.MerchantNo), before, new { row.DestinationId, row.Weekday, row.MinimumMinor, row.StaysMinor }, chain: merchant.Bucket);
        return null;
    });

    public Task<bool> EndAsync(Actor by, long merchantNo) => store.SaveAsync(async (context, trail) =>
    {
        var ended = await context.WithdrawalSchedules.Where(s => s.MerchantNo == merchantNo).ExecuteDeleteAsync() == 1;
        if (ended)
        {
            trail.Add(by, "withdrawal.schedule-end", Destinations.SubjectOf(merchantNo), chain: Destinations.BucketOf(merchantNo));
        }

        return ended;
    });

    /// <summary>One turn: each merchant's day once, on whatever node; false, since what is not due waits.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        long after = 0;
        List<WithdrawalScheduleRow> page;
        do
        {
            await using var context = contexts.Create();
            page = await context.WithdrawalSchedules.AsNoTracking().Where(s => s.MerchantNo > after).OrderBy(s => s.MerchantNo).Take(Portion).ToListAsync(cancellation);
            foreach (var schedule in page)
            {
                await LookAsync(context, schedule, cancellation);
                after = schedule.MerchantNo;
            }
        }
        while (page.Count == Portion);

        return false;
    }

    private async Task LookAsync(PayproContext context, WithdrawalScheduleRow schedule, CancellationToken cancellation)
    {
        var merchant = await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == schedule.MerchantNo, cancellation);
        var local = TimeZoneInfo.ConvertTime(time.GetUtcNow(), ZoneOf(merchant));
        var today = DateOnly.FromDateTime(local.DateTime).ToNumber();
        if (schedule.LastDay >= today || local.Hour < FromHour)
        {
            return;
        }

        var isItsDay = schedule.Weekday == 0 || schedule.Weekday == (local.DayOfWeek == DayOfWeek.Sunday ? 7 : (short)local.DayOfWeek);
        var account = AccountId.Merchant(merchant.Bucket, merchant.MerchantNo, AccountKind.Available, Currency.Get(merchant.Currency)).Id;
        var amount = await context.Accounts.Where(a => a.Bucket == merchant.Bucket && a.Id == account).Select(a => a.BalanceMinor).SingleOrDefaultAsync(cancellation) - schedule.StaysMinor;
        if (isItsDay && amount > 0 && amount >= schedule.MinimumMinor)
        {
            // Of two nodes one takes the day, in the transaction that makes its withdrawal.
            await withdrawals.RequestAsync(Actor.Program, merchant.MerchantNo, schedule.DestinationId, amount, today);
            return;
        }

        await store.SaveAsync((own, _) => own.WithdrawalSchedules.Where(s => s.MerchantNo == schedule.MerchantNo && s.LastDay < today).ExecuteUpdateAsync(s => s.SetProperty(x => x.LastDay, today), cancellation));
    }

    private TimeZoneInfo ZoneOf(MerchantRow merchant) => countries.FindCountry(merchant.Country)?.TimeZone ?? TimeZoneInfo.Utc;
}
