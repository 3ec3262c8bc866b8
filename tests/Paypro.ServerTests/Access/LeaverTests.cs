using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Operator;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>What ends with somebody who leaves a business or is disabled, beside his access.</summary>
public sealed class LeaverTests
{
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>What a leaver has not released is not released after him, and nothing is withdrawn by his schedule; what is somebody else's, or of another business, stays.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ALeaversFilesAndSchedulesEnd(Engine engine)
    {
        const long Shop = 2000000001, Second = 2000000002;
        await using var host = await PortalHost.StartAsync(engine);
        var business = await BusinessAsync(host);
        Assert.Null((await host.The<MerchantChanges>().AddMerchantAsync(Actor.Program, business, "KE", "A shop", Answer<MerchantView>.Unkept)).Problem);
        using var owner = await host.SignedInAsync(Role.Owner, business);
        var elsewhere = await host.OpenMerchantAsync("MX");
        var chief = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Name == nameof(Role.Owner)));
        foreach (var role in (Role[])[Role.MerchantFinance, Role.Developer])
        {
            using var browser = await host.SignedInAsync(role, business);
            var leaver = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Name == role.ToString()));
            var first = host.The<IdSource>().Next();
            await host.The<AuditedStore>().SaveAsync(async (context, trail) =>
            {
                await context.PayoutBatches.ExecuteDeleteAsync();
                await context.PayoutLines.ExecuteDeleteAsync();
                await context.WithdrawalSchedules.ExecuteDeleteAsync();
                context.PayoutBatches.AddRange(
                    File(first, Shop, leaver, PayoutFileState.Checked), File(first + 1, Shop, leaver, PayoutFileState.Waits), File(first + 2, Second, leaver, PayoutFileState.Running), File(first + 3, Shop, chief, PayoutFileState.Waits),
                    File(first + 4, elsewhere, leaver, PayoutFileState.Checked), File(first + 5, Shop, chief, PayoutFileState.Checked));
                context.PayoutLines.AddRange(Enumerable.Range(0, 6).Select(i => new PayoutLineRow { Id = first + 10 + i, BatchId = first + i, Line = 1, TradeNo = "a", AmountMinor = 1_00, State = PayoutLineState.Ready }));
                context.WithdrawalSchedules.AddRange(
                    new WithdrawalScheduleRow { MerchantNo = Shop, DestinationId = 1, MadeByUserId = leaver.Id, MadeBy = leaver.Email }, new WithdrawalScheduleRow { MerchantNo = Second, DestinationId = 1, MadeByUserId = chief.Id, MadeBy = chief.Email },
                    new WithdrawalScheduleRow { MerchantNo = elsewhere, DestinationId = 1, MadeByUserId = leaver.Id, MadeBy = leaver.Email });
                trail.Add(Actor.Program, "test.files", "merchant:2000000001");
                return true;
            });
            var isDisabled = role == Role.Developer;
            Assert.Null((isDisabled ? await host.The<Users>().DisableAsync(Actor.Program, Realm.Merchant, leaver.Id, "has left")
                : await host.The<BusinessUsers>().RemoveAsync(Actor.User(chief.Id, chief.Email, 1, Caller.Program), business, leaver.Id, "has left")).Problem);

            var files = await host.ReadAsync(c => c.PayoutBatches.AsNoTracking().OrderBy(b => b.Id).ToDictionaryAsync(b => (int)(b.Id - first), b => b.State));
            var lines = await host.ReadAsync(c => c.PayoutLines.AsNoTracking().Select(l => (int)(l.BatchId - first)).OrderBy(l => l).ToListAsync());
            int[] kept = isDisabled ? [1, 2, 3, 5] : [1, 2, 3, 4, 5];
            Assert.Equal(kept, files.Keys.Order());
            Assert.Equal(kept, lines);
            Assert.Equal((PayoutFileState.Ended, PayoutFileState.Running, PayoutFileState.Waits, PayoutFileState.Checked), (files[1], files[2], files[3], files[5]));
            long[] schedules = isDisabled ? [Second] : [Second, elsewhere];
            Assert.Equal(schedules, await host.ReadAsync(c => c.WithdrawalSchedules.Select(s => s.MerchantNo).OrderBy(n => n).ToListAsync()));
            var actions = await host.ReadAsync(c => c.Audit.AsNoTracking().OrderByDescending(a => a.AtMs).Where(a => a.Reason.StartsWith("its maker")).Select(a => a.Action).ToListAsync());
            Assert.Equal(isDisabled ? 3 + 5 : 3, actions.Count);
            Assert.Contains("withdrawal.schedule-end", actions);
        }

        static PayoutBatchRow File(long id, long merchantNo, UserRow by, PayoutFileState state) => new()
        {
            Id = id, MerchantNo = merchantNo, Bucket = Buckets.Of($"{merchantNo}"), Name = "payouts.csv", Hash = $"{id}", State = state, Lines = 1, MadeByUserId = by.Id, MadeBy = by.Email, MadeAtMs = 1, EndsAtMs = state == PayoutFileState.Waits ? long.MaxValue : 0,
        };
    }

    /// <summary>A file that its leaver hands in at the moment when he is removed is released whole, or gone whole.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFileThatIsHandedInAtThatMomentIsWholeOrGone(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var business = await BusinessAsync(host);
        for (var round = 0; round < 6; round++)
        {
            using var browser = await host.SignedInAsync(Role.MerchantFinance, business);
            var leaver = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Name == nameof(Role.MerchantFinance)));
            var id = host.The<IdSource>().Next();
            var file = new PayoutBatchRow { Id = id, MerchantNo = 2000000001, Bucket = Buckets.Of("2000000001"), Name = "payouts.csv", Hash = $"{id}", State = PayoutFileState.Checked, Lines = 20, MadeByUserId = leaver.Id, MadeBy = leaver.Email, MadeAtMs = 1 };
            await host.The<AuditedStore>().SaveAsync((context, trail) =>
            {
                context.PayoutBatches.Add(file);
                context.PayoutLines.AddRange(Enumerable.Range(1, 20).Select(i => new PayoutLineRow { Id = host.The<IdSource>().Next(), BatchId = id, Line = i, TradeNo = $"{i}", AmountMinor = 1_00, State = PayoutLineState.Ready }));
                trail.Add(Actor.Program, "test.files", "merchant:2000000001");
                return Task.FromResult(true);
            });
            var removing = host.The<Users>().DisableAsync(Actor.Program, Realm.Merchant, leaver.Id, "has left");
            var handingIn = host.The<PayoutFiles>().HandInAsync(Actor.User(leaver.Id, leaver.Email, 1, Caller.Program), file, []);
            Assert.Null((await removing).Problem);
            var problem = await handingIn;
            var state = await host.ReadAsync(c => c.PayoutBatches.Where(b => b.Id == id).Select(b => (PayoutFileState?)b.State).SingleOrDefaultAsync());
            Assert.Equal(problem is null ? PayoutFileState.Running : null, state);
            Assert.Equal(state is null ? 0 : 20, await host.ReadAsync(c => c.PayoutLines.CountAsync(l => l.BatchId == id)));
        }
    }

    private static async Task<long> BusinessAsync(PortalHost host)
    {
        var no = await host.OpenMerchantAsync("MX");
        return await host.ReadAsync(c => c.Merchants.Where(m => m.MerchantNo == no).Select(m => m.BusinessId).SingleAsync());
    }
}
