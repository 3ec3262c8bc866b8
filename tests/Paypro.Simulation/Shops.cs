using System.Globalization;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.Simulation;

/// <summary>The merchants' own systems and their payers: they ask again until they are answered, and write down every answer.</summary>
internal sealed class Shops(World world)
{
    public static readonly IReadOnlyList<long> Numbers = [3000000001, 3000000002, 3000000003];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly List<Wish> _wishes = [];
    private readonly HashSet<string> _paid = [];

    public IReadOnlyList<Wish> Wishes => _wishes;

    /// <summary>Orders come at random for so long.</summary>
    public void Open(TimeSpan time, double perHour)
    {
        var after = TimeSpan.FromHours(-Math.Log(1 - world.Dice.Fraction()) / perHour);
        world.Clock.After(after, () =>
        {
            if (world.Clock.Passed < time)
            {
                // Now and then a burst, so that batches hold more than one command.
                for (var i = world.Dice.Next(6) == 0 ? world.Dice.Next(8) : 1; i > 0; i--)
                {
                    Place();
                }

                Open(time, perHour);
            }
        });
    }

    private void Place()
    {
        var dice = world.Dice;
        var direction = dice.Next(5) < 3 ? Direction.PayIn : Direction.Payout;
        var tradeNo = "t" + (_wishes.Count + 1).ToString("00000000", CultureInfo.InvariantCulture);
        var way = direction == Direction.Payout ? "DebitCard" : dice.Next(2) == 0 ? "va" : "store";
        var wish = new Wish(dice.OneOf(Numbers), direction, tradeNo, 1 + dice.Next(dice.Next(4) == 0 ? 5000 : 800), way);
        _wishes.Add(wish);
        Try(wish);
        if (dice.Next(12) == 0)
        {
            // The same again at once, perhaps at the other node.
            world.Clock.After(TimeSpan.FromMilliseconds(dice.Next(30)), () => Try(wish));
        }
    }

    private void Try(Wish wish, int amountMore = 0)
    {
        if (amountMore == 0 && wish.IsOver)
        {
            return;
        }

        if (world.Ready is not { Count: > 0 } ready)
        {
            world.Clock.After(TimeSpan.FromSeconds(2), () => Try(wish, amountMore));
            return;
        }

        wish.Tries++;
        var (alone, answered) = (wish.Tries == 1, false);
        var node = world.Dice.OneOf(ready);
        if (amountMore == 0)
        {
            world.Clock.After(Patience, () =>
            {
                if (!answered)
                {
                    answered = true;
                    Try(wish);
                }
            });
        }

        node.Run(
            async () =>
            {
                var (result, attempt) = await AskAsync(node, wish, amountMore);
                Answered(wish, result, attempt, amountMore);
                answered = true;
            },
            error =>
            {
                Refused(wish, error, alone && wish.Tries == 1, amountMore);
                if (!answered && amountMore == 0)
                {
                    answered = true;
                    world.Clock.After(TimeSpan.FromSeconds(1 + world.Dice.Next(5)), () => Try(wish));
                }
            });
    }

    private static async Task<(CreateResult Result, AttemptRow? Attempt)> AskAsync(SimulatedNode node, Wish wish, int amountMore)
    {
        var merchant = node.The<SnapshotStore>().Current.Merchant(wish.MerchantNo)!;
        var kind = wish.Direction switch
        {
            Direction.PayIn => OperationKind.CreatePayIn,
            Direction.Refund => OperationKind.CreateRefund,
            _ => OperationKind.CreatePayout,
        };
        var members = new Dictionary<string, string>
        {
            ["tradeNo"] = wish.TradeNo, ["amount"] = (wish.AmountUnits + amountMore).ToString(CultureInfo.InvariantCulture),
            ["notifyUrl"] = "http://127.0.0.1:9/n", ["timestamp"] = "1724151084278",
        };
        if (kind == OperationKind.CreatePayout)
        {
            (members["wayCode"], members["customerName"]) = ("BANXICO", "ana");
            (members["customerAccountType"], members["customerAccount"]) = (wish.Way, "4111111111111111");
        }
        else if (wish.RefundOf is { } paid)
        {
            (members["operation"], members["tradeNo"], members["refundNo"]) = ("refund", paid, wish.TradeNo);
        }
        else
        {
            members["wayCode"] = wish.Way;
        }

        var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        var request = new RequestContext(true, node.The<SnapshotStore>().Current.Banks["MX"]);
        var fields = RequestReader.Read(merchant.Country, merchant.Country.FindOperation(kind)!, body, request, out var error)
            ?? throw new InvalidOperationException($"The simulated request is wrong: {error}");
        if (kind == OperationKind.CreatePayout)
        {
            return (await node.The<PayoutCreation>().CreateAsync(merchant, fields, refusal: null), null);
        }

        if (kind == OperationKind.CreateRefund)
        {
            return (await node.The<RefundCreation>().CreateAsync(merchant, fields, refusal: null, sign: null), null);
        }

        var reply = await node.The<PayInCreation>().CreateAsync(merchant, fields, hosted: false, refusal: null, CancellationToken.None);
        return (reply.Result, reply.Attempt);
    }

    private void Answered(Wish wish, CreateResult result, AttemptRow? attempt, int amountMore)
    {
        var order = (result as CreateResult.Created)?.Order ?? (result as CreateResult.Known)?.Order;
        world.Trace("answered " + wish.TradeNo, order?.Id ?? 0, amountMore);
        if (order is null)
        {
            wish.IsRefused |= amountMore == 0 && wish.Number is null && !world.Mirror.Trades.ContainsKey(Key(wish));
            return;
        }

        if (amountMore != 0)
        {
            throw new ViolationException(Checks.Acknowledged, $"{wish.TradeNo} was acknowledged again with another amount");
        }

        AtRest.CheckAcknowledged(world.Mirror, wish, order.Number);
        wish.Number = order.Number;
        if (world.Dice.Next(10) == 0)
        {
            world.Clock.After(TimeSpan.FromSeconds(world.Dice.Next(600)), () => Try(wish, amountMore: 1));
        }

        if (attempt is { State: AttemptState.Accepted } && _paid.Add(order.Number))
        {
            var mayGoBack = new Payer(world, attempt, order.AmountMinor).Decide();
            var refunds = world.Dice.Next(4) == 0 && (world.Lists || !mayGoBack);
            if (refunds)
            {
                RefundLater(wish);
            }

            if (world.Dice.Next(4) == 0)
            {
                world.Office.DisputeLater(order, attempt, bankMayTake: world.Lists || !refunds);
            }
        }
    }

    /// <summary>
    /// Some time after its order, mostly when it is paid: all of it or a part, once or in pieces that are together perhaps more than there is. What a bank
    /// may take back by itself is refunded only by a rail that knows of both.
    /// </summary>
    private void RefundLater(Wish payIn)
    {
        var dice = world.Dice;
        for (var pieces = 1 + dice.Next(3); pieces > 0; pieces--)
        {
            var units = dice.Next(2) == 0 ? payIn.AmountUnits : 1 + dice.Next((int)payIn.AmountUnits);
            world.Clock.After(world.Rail.Span(200_000), () =>
            {
                var refund = new Wish(payIn.MerchantNo, Direction.Refund, "r" + (_wishes.Count + 1).ToString("00000000", CultureInfo.InvariantCulture), units, "", payIn.TradeNo);
                _wishes.Add(refund);
                Try(refund);
            });
        }
    }

    /// <summary>A node that says "certainly not stored" must be right about it.</summary>
    private void Refused(Wish wish, Exception error, bool alone, int amountMore)
    {
        world.Trace("refused " + wish.TradeNo + " " + error.GetType().Name, amountMore, 0);
        switch (error)
        {
            case WriteFailedException or WriterBusyException:
                if (alone && world.Mirror.Trades.ContainsKey(Key(wish)))
                {
                    throw new ViolationException(Checks.CertainlyNot, $"{wish.TradeNo} was refused as certainly not stored, but it is");
                }

                break;
            case WriteInDoubtException or StaleSnapshotException or ViolationException:
                break;
            default:
                throw new ViolationException(Checks.Fault, $"the order {wish.TradeNo} met {error}");
        }
    }

    public static TradeKey Key(Wish wish) => new(
        Paypro.Server.Platform.Buckets.Of(wish.MerchantNo.ToString(CultureInfo.InvariantCulture)), wish.MerchantNo, wish.Direction, wish.TradeNo);
}
