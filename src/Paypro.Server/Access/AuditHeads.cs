using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// Mails the ends of the audit log's chains to the admins once a day: whoever cuts a chain off together with its end is found by what stands in a mail
/// outside the database.
/// </summary>
internal sealed class AuditHeads(IContexts contexts, AuditedStore store, AccessMails mails, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>The line that says that a day's ends were mailed.</summary>
    public const string Action = "audit.heads";

    /// <summary>One turn; the first one after midnight UTC does it, on one node.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        if (!mails.IsOn)
        {
            return false;
        }

        var day = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await using (var context = contexts.Create())
        {
            if (await context.Audit.AnyAsync(a => a.Subject == $"day:{day}" && a.Action == Action, cancellation) || (await AccessMails.ChiefsAsync(context, 0)).Count == 0)
            {
                return false;
            }
        }

        await store.SaveAsync(async (context, trail) =>
        {
            // Whoever appends to the chain waits here, so the other node sees this day's line.
            await context.AuditChains.Where(c => c.Chain == AuditTrail.Platform).ExecuteUpdateAsync(s => s.SetProperty(c => c.LastNo, c => c.LastNo), CancellationToken.None);
            if (await context.Audit.AnyAsync(a => a.Subject == $"day:{day}" && a.Action == Action, CancellationToken.None))
            {
                return false;
            }

            var text = new StringBuilder();
            foreach (var chain in await context.AuditChains.AsNoTracking().Where(c => c.LastNo > 0).OrderBy(c => c.Chain).ToListAsync(CancellationToken.None))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{chain.Chain} {chain.LastNo} {Convert.ToHexStringLower(chain.Hash)}");
            }

            await mails.AuditHeadsAsync(context, day, text.ToString());
            trail.Add(Actor.Program, Action, $"day:{day}");
            return true;
        });
        return false;
    }
}
