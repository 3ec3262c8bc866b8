using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>Somebody who was given a payment instruction.</summary>
internal sealed class Payer(World world, AttemptRow attempt, long amountMinor)
{
    /// <returns>Whether the bank may take the payment back by itself.</returns>
    public bool Decide()
    {
        var dice = world.Dice;
        var choice = dice.Next(20);
        switch (choice)
        {
            case 0 or 1 or 2:
                break;
            case 3 or 4:
                // In two parts, the second perhaps never.
                Pay(amountMinor / 2, 3600);
                if (dice.Next(3) != 0)
                {
                    Pay(amountMinor - amountMinor / 2, 90_000);
                }

                break;
            case 5:
                Pay(amountMinor + 100, 3600);
                break;
            case 6:
                // Twice.
                Pay(amountMinor, 3600);
                Pay(amountMinor, 3600);
                break;
            case 7:
                // Long after the order has run out.
                Pay(amountMinor, 400_000);
                break;
            case 8:
                Pay(amountMinor, 60, wentBackAfterSeconds: 100_000);
                break;
            case 9:
                world.Clock.After(world.Rail.Span(3600), () => world.Rail.Pay(attempt.ChannelAccountId, "X" + attempt.Reference, amountMinor));
                break;
            default:
                Pay(amountMinor, 7200);
                break;
        }

        if (world.Rail.Happens(world.Weather.Forged))
        {
            Forge();
        }

        return choice == 8;
    }

    private void Pay(long minor, int withinSeconds, int wentBackAfterSeconds = 0) => world.Clock.After(world.Rail.Span(withinSeconds), () =>
    {
        var movement = world.Rail.Pay(attempt.ChannelAccountId, attempt.Reference, minor);
        if (wentBackAfterSeconds > 0)
        {
            world.Clock.After(world.Rail.Span(wentBackAfterSeconds), () =>
            {
                if (world.Rail.LeftMinor(attempt.Reference) >= movement.AmountMinor)
                {
                    world.Rail.Move(world.Rail.Find(attempt.Reference)!, movement.AmountMinor, wentBack: true);
                }
            });
        }
    });

    private void Forge()
    {
        var said = VirtualSession.Say(ObservationKind.Paid, Direction.PayIn, attempt.Reference) with
        {
            AmountMinor = amountMinor, Currency = "MXN", RailReference = "F" + attempt.Reference, DedupeKey = "F" + attempt.Reference, OccurredAtMs = world.Clock.NowMs,
        };
        world.Clock.After(world.Rail.Span(600), () => world.Callback(attempt.ChannelAccountId, VirtualSession.Write(attempt.ChannelAccountId, said).Body, "forged", status =>
        {
            if (status != 401)
            {
                throw new ViolationException(Checks.Forged, $"a forged callback was answered with {status}");
            }
        }));
    }
}
