using Microsoft.EntityFrameworkCore;
using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>Finds what books a movement: its claim by its key, then the statement by the bucket and id that stand there.</summary>
internal static class MovementQueries
{
    /// <summary>The statement that books a movement; null while nothing is booked.</summary>
    public static async Task<StatementRow?> BookedByAsync(this PayproContext context, RailMovementKey key, CancellationToken cancellation)
    {
        var claim = await context.Movements.SingleOrDefaultAsync(
            m => m.ChannelAccountId == key.ChannelAccountId && m.Direction == key.Direction && m.Kind == key.Kind && m.DedupeKey == key.DedupeKey, cancellation);
        return claim is null ? null : await context.BookedAsync(claim, cancellation);
    }

    /// <summary>The statements that book the movements of a channel account with one key, whatever their direction and kind.</summary>
    public static async Task<IReadOnlyList<StatementRow>> BookedByAsync(this PayproContext context, long channelAccountId, string dedupeKey, CancellationToken cancellation)
    {
        // Directions and kinds are named, so that the read is of whole keys.
        var claims = await context.Movements
            .Where(m => m.ChannelAccountId == channelAccountId && (m.Direction == Direction.PayIn || m.Direction == Direction.Payout)
                && (m.Kind == MovementKind.Receipt || m.Kind == MovementKind.Return) && m.DedupeKey == dedupeKey)
            .ToListAsync(cancellation);
        var booked = new List<StatementRow>(claims.Count);
        foreach (var claim in claims)
        {
            if (await context.BookedAsync(claim, cancellation) is { } statement)
            {
                booked.Add(statement);
            }
        }

        return booked;
    }

    private static Task<StatementRow?> BookedAsync(this PayproContext context, MovementClaimRow claim, CancellationToken cancellation) =>
        context.Statements.SingleOrDefaultAsync(s => s.Bucket == claim.StatementBucket && s.Id == claim.StatementId && s.BookedAtMs != 0, cancellation);
}
