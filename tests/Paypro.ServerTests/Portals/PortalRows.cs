using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Demo;
using Paypro.Server.Disputes;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Operator.AllOrders;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Portals;

/// <summary>
/// What the demo's history has none of: disputes in each state, orders that wait for a person, and withdrawals by hand and by a rail. Made by the commands that
/// people give, after the server has started.
/// </summary>
/// <param name="services">Of the server.</param>
/// <param name="market">The merchant whose people sign in on the dashboard.</param>
/// <param name="waits">The merchant whose payouts wait for money of ours from now on.</param>
internal sealed class PortalRows(IServiceProvider services, string market, string waits)
{
    private const string Letter = "The bank's letter of today", Number = "002010077777777771";

    private static readonly Caller Desk = new("127.0.0.1", "Demo", "");

    private static readonly byte[] Page = [.. "%PDF-1.7 letter"u8];

    private readonly Dictionary<string, string> _paths = [];

    /// <summary>Where each of them stands, by what it shows.</summary>
    public IReadOnlyDictionary<string, string> Paths => _paths;

    private SnapshotStore Snapshots => The<SnapshotStore>();

    private long NowMs => The<TimeProvider>().NowMs();

    public async Task AddAsync()
    {
        // Who looks sees the forms of more roles than one.
        await The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            await The<Users>().GiveAsync(context, trail, new RoleWish(DemoUsers.EmailOf(Role.Admin), Role.Finance, 0), Actor.Program);
            return true;
        });
        await DisputesAsync(Merchant(market));
        await PayInsAsync(Merchant(market));
        await WithdrawalsAsync(Merchant(market));
        await WaitingPayoutAsync(Merchant(waits));
    }

    private async Task DisputesAsync(Merchant merchant)
    {
        var (steps, risk, owner) = (The<DisputeSteps>(), await ByAsync(Role.Risk), await ByAsync(Role.Owner));
        var paid = await ReadAsync(c => c.Orders
            .Where(o => o.MerchantNo == merchant.No && o.Direction == Direction.PayIn && o.State == OrderState.Paid && o.ReturnedMinor == 0 && o.PaidMinor == o.AmountMinor).OrderByDescending(o => o.Id).Take(40).ToListAsync());
        var kinds = new Queue<string>(["lapsed", "lost", "won", "proposed", "answered", "open"]);
        foreach (var payIn in paid)
        {
            if (kinds.Count == 0)
            {
                return;
            }

            var name = kinds.Peek();
            var wish = new DisputeWish(payIn.Number, name == "open" ? DisputeKind.FraudReport : DisputeKind.Chargeback, payIn.AmountMinor, NowMs + (name == "lapsed" ? 1_000 : 5 * 86_400_000L), $"CB-{payIn.Id % 100_000}");
            var (id, problem) = await steps.OpenAsync(risk, wish, "The card holder says that nothing was delivered", [new DisputeFile("letter.pdf", Page)]);
            if (problem is not null)
            {
                continue;
            }

            _paths[$"dispute {kinds.Dequeue()}"] = $"/operator/disputes/{id}";
            _paths[$"own dispute {name}"] = $"/dashboard/disputes/{id}";
            if (name is "answered" or "proposed")
            {
                Done(await steps.AnswerAsync(owner, (await steps.FindAsync(id))!, "Delivered on Monday at 14:05.\nSigned by the buyer; see the file.", [new DisputeFile("proof of delivery.pdf", Page)]));
            }

            if (name == "lost")
            {
                Done(await steps.LoseAsync(risk, id, Letter));
            }

            if (name is "proposed" or "won")
            {
                await DecideAsync(WinDispute.Name, WinDispute.SubjectOf(id), "{}", Role.Risk, name == "won" ? Role.Admin : null);
            }
        }

        throw new InvalidOperationException("Too few pay-ins can be disputed.");
    }

    /// <summary>An open one, which can be ended, and an expired one, which two are asked to open again.</summary>
    private async Task PayInsAsync(Merchant merchant)
    {
        var (operation, texts) = DemoRequests.ForWay(merchant.Country, merchant.Country.PayInWays[0]);
        var fields = Fields(merchant, operation, texts, "screens-pi");
        var made = await The<PayInCreation>().CreateAsync(merchant, fields, operation.Kind == OperationKind.CreateHostedPayIn, null, CancellationToken.None);
        _paths["pay-in to end"] = $"/operator/orders/{((CreateResult.Created)made.Result).Order.Number}";
        var operations = await ByAsync(Role.Operations);
        foreach (var expired in await ReadAsync(c => c.Orders
            .Where(o => o.MerchantNo == merchant.No && o.Direction == Direction.PayIn && o.State == OrderState.Expired).OrderByDescending(o => o.Id).Take(40).ToListAsync()))
        {
            if ((await The<OrderActions>().ReopenAsync(operations, Grant.Approves, expired.Number, "The buyer comes back to it today")).Problem is null)
            {
                _paths["pay-in to open again"] = $"/operator/orders/{expired.Number}";
                return;
            }
        }

        throw new InvalidOperationException("No expired pay-in can be opened again.");
    }

    /// <summary>Of each withdrawal, minor units.</summary>
    private const long WithdrawnMinor = 250_00;

    /// <summary>One waits, one is to be paid by hand, one goes by a rail.</summary>
    private async Task WithdrawalsAsync(Merchant merchant)
    {
        var (withdrawals, id) = (The<Withdrawals>(), The<IdSource>().Next());

        // What its payers left it by now is the history's chance.
        var available = AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Available, merchant.Currency);
        Assert.True(await The<BatchWriter>().WriteAsync(new PostOnce(
            new TransferCause(TransferType.OpeningBalance, "test", 0, $"opening:{merchant.No}", NowMs, 20260101),
            [new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Currency), -WithdrawnMinor * 4), new Leg(available, WithdrawnMinor * 4)])));

        // A destination can be used a day after it was confirmed.
        await The<AuditedStore>().SaveAsync((context, trail) =>
        {
            context.Destinations.Add(new DestinationRow { Id = id, MerchantNo = merchant.No, Name = "Main", Bank = "Demo bank", Number = Number, Holder = merchant.Name, State = DestinationState.Confirmed, UsableFromMs = NowMs - 86_400_000 });
            trail.Add(Actor.Program, "destination.test", Destinations.SubjectOf(merchant.No), chain: merchant.Bucket);
            return Task.FromResult(true);
        });
        var account = Snapshots.Current.Accounts.Values.Where(a => a.Account.Country == merchant.Country.IsoCode && a.Open).OrderBy(a => a.Priority).First().Account.Id;
        foreach (var wish in (WithdrawalWish?[])[new WithdrawalWish("approved"), new WithdrawalWish("approved", ChannelAccountId: account), null])
        {
            var (row, problem) = await withdrawals.RequestAsync(await ByAsync(Role.MerchantFinance), merchant.No, id, WithdrawnMinor);
            Done(problem);
            if (wish is not null)
            {
                await DecideAsync(WithdrawalDecision.Name, WithdrawalDecision.SubjectOf(row!.Id), BookJson.Write(wish), Role.Operations, Role.Finance);
            }
        }

        await withdrawals.RunOnceAsync(CancellationToken.None);
        _paths["withdrawals"] = "/operator/withdrawals";
        _paths["order of a withdrawal"] = $"/operator/orders/{await ReadAsync(c => c.Withdrawals.Where(w => w.OrderNumber != "").Select(w => w.OrderNumber).FirstAsync())}";
        _paths["own withdrawals"] = "/dashboard/withdrawals";
    }

    /// <summary>No rail has money of ours for it.</summary>
    private async Task WaitingPayoutAsync(Merchant merchant)
    {
        var fields = Fields(merchant, merchant.Country.FindOperation(OperationKind.CreatePayout)!, new Dictionary<FieldRole, string?>(), "screens-po");
        var finance = await ByAsync(Role.Finance);
        foreach (var offer in Snapshots.Current.Accounts.Values.Where(a => a.Account.Country == merchant.Country.IsoCode).ToList())
        {
            var (pots, pot) = (The<PotChanges>(), offer.PotNameOf(Direction.Payout, fields.AccountType ?? "*"));
            Done((await pots.AddAsync(finance, offer.Account.Id, pot, "Counted from now on", Answer<PotView>.Unkept)).Problem);

            // A balance is taken some minutes after its pot was made.
            var account = offer.Account.Id;
            await The<AuditedStore>().SaveAsync((context, _) => context.ChannelPots.Where(p => p.ChannelAccountId == account).ExecuteUpdateAsync(p => p.SetProperty(x => x.CreatedAtMs, 1)));
            Done((await pots.TellAsync(finance, offer.Account.Id, pot, new BalanceWish(0, 0, NowMs), "The bank's page says so", Answer<PotView>.Unkept)).Problem);
        }

        await Snapshots.RefreshOnceAsync(CancellationToken.None);
        var made = await The<PayoutCreation>().CreateAsync(Merchant(merchant.Name), fields, null);
        _paths["payout to send on"] = $"/operator/orders/{((CreateResult.Created)made).Order.Number}";
    }

    /// <summary>Somebody proposes, and somebody else approves unless it shall wait.</summary>
    private async Task DecideAsync(string kind, string subject, string change, Role proposes, Role? approves)
    {
        var proposals = The<Proposals>();
        var made = await proposals.ProposeAsync(await ByAsync(proposes), Grant.Approves, kind, subject, change, Letter);
        Done(made.Problem);
        if (approves is { } role)
        {
            Done((await proposals.DecideAsync(await ByAsync(role), [role], 0, made.Id, approves: true, "Read")).Problem);
        }
    }

    private RequestFields Fields(Merchant merchant, Operation operation, IReadOnlyDictionary<FieldRole, string?> given, string tradeNo)
    {
        var amountMinor = DemoPlan.UsualUnits(merchant.Country.IsoCode) * merchant.Currency.UnitMinor;
        var texts = new Dictionary<FieldRole, string?>(given)
        {
            [FieldRole.TradeNo] = tradeNo, [FieldRole.Amount] = DemoRequests.Text(amountMinor, merchant.Country), [FieldRole.NotifyUrl] = The<Inboxes>().AddressOf("screens"),
        };
        return new DemoRequests(Snapshots).Make(merchant, operation, texts, NowMs);
    }

    private Merchant Merchant(string name) => Snapshots.Current.MerchantsByNo.Values.Single(m => m.Name == name);

    private async Task<Actor> ByAsync(Role role) => (await The<DemoUsers>().SignInAsync(role, Desk))!.Value.By;

    private async Task<T> ReadAsync<T>(Func<PayproContext, Task<T>> read)
    {
        await using var context = The<IContexts>().Create();
        return await read(context);
    }

    private T The<T>()
        where T : notnull => services.GetRequiredService<T>();

    private static void Done(string? problem)
    {
        if (problem is not null)
        {
            throw new InvalidOperationException(problem);
        }
    }
}
