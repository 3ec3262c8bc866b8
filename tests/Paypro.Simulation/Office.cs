using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Disputes;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// The people of the operator and of its merchants: they look at what is open every few hours and do something about it, now and then two of them at once, at two nodes.
/// They enter disputes, answer and decide them; ask for withdrawals, approve them by hand or by a rail, give them up, and say what the bank did; call one failed that a rail
/// does not tell of; and send on what waits for money. Whoever gets no answer looks again later.
/// </summary>
internal sealed class Office(World world)
{
    private const long HourMs = 3_600_000;

    /// <summary>So long the loops that carry out what people decided take their turns after the last thing that anybody did.</summary>
    private const long BusyForMs = HourMs;

    /// <summary>So often they look when nothing else goes on: then all is decided that ever is.</summary>
    private const int LastLooks = 8;

    private static readonly Actor Person = Actor.User(1, "office@example.com", 0, Caller.Program);
    private static readonly DecidedBy Decider = new("operator:1", "operator:2", "file 7", "the bank says so");
    private long _busyUntilMs;
    private int _disputes;
    private int _lastLooks;

    /// <summary>Whether something that was decided may not be carried out yet.</summary>
    public bool IsBusy => world.Clock.NowMs < Math.Max(_busyUntilMs, world.Mirror.WithdrawalResultAtMs + BusyForMs);

    public void Open() => world.Clock.After(TimeSpan.FromMilliseconds(world.IsResting ? 8 * HourMs : 1 + world.Dice.Next((int)(6 * HourMs))), () =>
    {
        Look();
        _lastLooks += world.IsResting ? 1 : 0;
        if (_lastLooks < LastLooks)
        {
            Open();
        }
    });

    /// <summary>Some time after a pay-in was made somebody disputes it, all of it or a part; its bank may take the money before, after, or never.</summary>
    /// <param name="payIn">The pay-in.</param>
    /// <param name="attempt">Where it is paid.</param>
    /// <param name="bankMayTake">Whether no refund of it goes past its bank.</param>
    public void DisputeLater(OrderRow payIn, AttemptRow attempt, bool bankMayTake)
    {
        var dice = world.Dice;
        var minor = dice.Next(2) == 0 ? payIn.AmountMinor : 1 + dice.Next((int)payIn.AmountMinor);
        var (reference, hours) = ($"D{++_disputes}", 1 + dice.Next(40));
        world.Clock.After(world.Rail.Span(60_000), () => Enter());
        if (dice.Next(4) == 0)
        {
            // The same is entered again.
            world.Clock.After(world.Rail.Span(90_000), () => Enter());
        }

        if (bankMayTake && dice.Next(2) == 0)
        {
            world.Clock.After(world.Rail.Span(120_000), () =>
            {
                if (world.Rail.LeftMinor(attempt.Reference) >= minor)
                {
                    world.Rail.Move(world.Rail.Find(attempt.Reference)!, minor, wentBack: true);
                }
            });
        }

        void Enter() => Do("dispute", async node => await node.The<DisputeSteps>().OpenAsync(
            Person, new DisputeWish(payIn.Number, DisputeKind.Recall, minor, world.Clock.NowMs + (hours * HourMs), reference), "the bank asks", []));
    }

    /// <summary>The balances were read: somebody sends on what waits for money, at the account where it waits or at another; of a withdrawal, that is refused.</summary>
    public void SendOn()
    {
        foreach (var number in world.Mirror.ParkedNumbers.Where(_ => world.Dice.Next(3) == 0).ToList())
        {
            var accountId = world.Dice.Next(2) == 0 ? 0 : world.Dice.OneOf(OurPots.Told);
            Do("retry", async node => await node.The<OrderCommands>().RetryAsync(number, accountId, Decider, CancellationToken.None));
        }
    }

    private void Look()
    {
        foreach (var dispute in world.Mirror.Disputes.Values.Where(d => d.IsOpen).OrderBy(d => d.Id).ToList())
        {
            LookAt(dispute);
        }

        using var context = GroundFile.Open(world.File);
        foreach (var row in context.Withdrawals.OrderBy(w => w.Id).ToList())
        {
            LookAt(row);
        }

        if (!world.IsResting)
        {
            var (merchantNo, minor) = (world.Dice.OneOf(Shops.Numbers), (1 + world.Dice.Next(world.Dice.Next(3) == 0 ? 1000 : 200)) * 100);
            Do("withdrawal", async node => await node.The<Withdrawals>().RequestAsync(Person, merchantNo, GroundFile.DestinationOf(merchantNo), minor), mayBeTwice: false);
        }
    }

    /// <summary>Some are never decided.</summary>
    private void LookAt(DisputeRow dispute)
    {
        var choice = dispute.AmountMinor % 7 == 0 ? 7 : world.Dice.Next(8);
        if (choice == 0)
        {
            Do("answer", async node => await node.The<DisputeSteps>().AnswerAsync(Person, dispute, "it was delivered", []));
        }

        if (choice is 1 or 3)
        {
            Do("lose", async node => await node.The<DisputeSteps>().LoseAsync(Person, dispute.Id, "the bank says so"));
        }

        if (choice is 2 or 3)
        {
            Do("win", async node =>
            {
                var kind = Kind(node, WinDispute.Name);
                var proposal = new ProposalRow { Kind = kind.Kind, Subject = WinDispute.SubjectOf(dispute.Id), Reason = "the bank says so", MadeBy = Person.Text };
                await node.The<AuditedStore>().SaveAsync((context, trail) => kind.CarryOutAsync(context, trail, proposal, Person));
            });
        }
    }

    private void LookAt(WithdrawalRow row)
    {
        var dice = world.Dice;
        switch (row.State)
        {
            case WithdrawalState.Waits:
                // Two may want different things of it.
                for (var times = dice.Next(3) == 0 ? 2 : 1; times > 0; times--)
                {
                    Begin(row);
                }

                break;
            case WithdrawalState.Approved:
                Decide(row, dice.Next(3) == 0 ? new WithdrawalWish("failed") : new WithdrawalWish("paid", GroundFile.BankAccount, $"B{row.Id}"));
                break;
            case WithdrawalState.Paid when row.ChannelAccountId == 0 && dice.Next(20) == 0:
                Decide(row, new WithdrawalWish("returned", Reference: $"R{row.Id}"));
                break;
            case WithdrawalState.Sending when row.OrderNumber.Length == 0 && dice.Next(2) == 0:
                GiveUp(row, merchantNo: 0);
                break;
            case WithdrawalState.Sending when row.OrderNumber.Length > 0 && dice.Next(3) == 0:
                Do("decide failed", async node => await node.The<Decisions>().DecidePayoutAsync(row.OrderNumber, paid: false, Decider, CancellationToken.None));
                break;
            default:
                break;
        }
    }

    private void Begin(WithdrawalRow row)
    {
        var choice = world.Dice.Next(8);
        if (choice == 0)
        {
            GiveUp(row, row.MerchantNo);
            return;
        }

        Decide(row, new WithdrawalWish("approved", ChannelAccountId: choice < 3 ? 0 : AccountFor(row.AmountMinor)));
        if (choice == 3)
        {
            // Before its order is made, or after.
            world.Clock.After(world.Rail.Span(900), () => GiveUp(row, merchantNo: 0));
        }
    }

    /// <summary>The silent rail takes small ones only.</summary>
    private long AccountFor(long minor) => minor <= 200_00 && world.Dice.Next(2) == 0 ? OurPots.Silent : world.Dice.OneOf(OurPots.Told);

    /// <summary>As it is carried out, but that no node reads its picture again: nothing of it changes that.</summary>
    private void Decide(WithdrawalRow row, WithdrawalWish wish) => Do("decide " + wish.To, async node =>
    {
        var kind = Kind(node, WithdrawalDecision.Name);
        var proposal = new ProposalRow { Kind = kind.Kind, Subject = WithdrawalDecision.SubjectOf(row.Id), Change = BookJson.Write(wish), Reason = "seen", MadeBy = Person.Text };
        await node.The<AuditedStore>().SaveAsync((context, trail) => kind.CarryOutAsync(context, trail, proposal, Person));
    });

    private void GiveUp(WithdrawalRow row, long merchantNo) =>
        Do("give up", async node => await node.The<Withdrawals>().GiveUpAsync(Person, row.Id, merchantNo, "not wanted any more"));

    private static IProposalKind Kind(SimulatedNode node, string name) => node.The<IEnumerable<IProposalKind>>().Single(k => k.Kind == name);

    private void Do(string what, Func<SimulatedNode, Task> work, bool mayBeTwice = true)
    {
        for (var times = mayBeTwice && world.Dice.Next(4) == 0 ? 2 : 1; times > 0; times--)
        {
            world.Clock.After(TimeSpan.FromMilliseconds(1 + world.Dice.Next(200)), () =>
            {
                if (world.Ready is not { Count: > 0 } ready)
                {
                    return;
                }

                _busyUntilMs = world.Clock.NowMs + BusyForMs;
                var node = world.Dice.OneOf(ready);
                node.Run(
                    async () =>
                    {
                        await work(node);
                        world.Trace(what, node.No, 0);
                    },
                    error => world.Faulted(node, what, error));
            });
        }
    }
}
