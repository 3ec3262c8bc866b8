using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Mail;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Rails;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>
/// Where something is sealed: every column of every table. The configuration is read whole, as each node does; what grows with the orders
/// in pages by id.
/// </summary>
internal static class SealedRows
{
    /// <summary>Merchants' keys, channel accounts' secrets and tokens, the installation's own secrets and those of open proposals, users' seeds of codes and mails that wait.</summary>
    public static async Task<List<SealedRow>> OfConfigurationAsync(PayproContext context, long nowMs, CancellationToken cancellation)
    {
        var rows = new List<SealedRow>();
        foreach (var k in await context.MerchantKeys.AsNoTracking().ToListAsync(cancellation))
        {
            rows.Add(new(k.MasterKeyId, k.Sealed, [SnapshotReader.BoundTo(k)], (c, now, stop) => c.MerchantKeys.Where(x => x.Id == k.Id && x.Sealed == k.Sealed)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop)));
        }

        var accounts = await context.ChannelAccounts.AsNoTracking().ToDictionaryAsync(a => a.Id, cancellation);
        foreach (var k in await context.ChannelSecrets.AsNoTracking().ToListAsync(cancellation))
        {
            string[] boundTo = accounts.TryGetValue(k.ChannelAccountId, out var account) ? [ChannelSecretMaker.BoundTo(account, k)] : [];
            rows.Add(new(k.MasterKeyId, k.Sealed, boundTo, (c, now, stop) => c.ChannelSecrets
                .Where(x => x.ChannelAccountId == k.ChannelAccountId && x.Name == k.Name && x.ValidFromMs == k.ValidFromMs && x.Sealed == k.Sealed)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop)));
        }

        foreach (var t in await context.ChannelTokens.AsNoTracking().Where(t => t.MasterKeyId != "").ToListAsync(cancellation))
        {
            // A node that renews it saves on the version that it has leased, and its new token must not be lost.
            rows.Add(new(t.MasterKeyId, t.Sealed, [ChannelTokens.BoundTo(t.ChannelAccountId, t.Name)], (c, now, stop) => c.ChannelTokens
                .Where(x => x.ChannelAccountId == t.ChannelAccountId && x.Name == t.Name && x.Version == t.Version && x.LeaseUntilMs <= nowMs)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed).SetProperty(x => x.Version, t.Version + 1), stop)));
        }

        foreach (var i in await context.InstallationSecrets.AsNoTracking().ToListAsync(cancellation))
        {
            rows.Add(new(i.MasterKeyId, i.Sealed, [InstallationSecrets.BoundTo(i.Purpose)], (c, now, stop) => c.InstallationSecrets
                .Where(x => x.Purpose == i.Purpose && x.Sealed == i.Sealed)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop)));
        }

        var proposals = await context.Proposals.AsNoTracking().Where(p => context.ProposalSecrets.Any(s => s.ProposalId == p.Id)).ToDictionaryAsync(p => p.Id, cancellation);
        foreach (var k in await context.ProposalSecrets.AsNoTracking().ToListAsync(cancellation))
        {
            string[] boundTo = proposals.TryGetValue(k.ProposalId, out var proposal) ? [ProposalSecrets.BoundTo(proposal)] : [];
            rows.Add(new(k.MasterKeyId, k.Sealed, boundTo, (c, now, stop) => c.ProposalSecrets.Where(x => x.ProposalId == k.ProposalId && x.Sealed == k.Sealed)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop)));
        }

        foreach (var u in await context.Users.AsNoTracking().Where(u => u.TotpKeyId != "").ToListAsync(cancellation))
        {
            rows.Add(new(u.TotpKeyId, u.TotpSealed, [SecondFactor.BoundTo(u.Id)], (c, now, stop) => c.Users.Where(x => x.Id == u.Id && x.TotpSealed == u.TotpSealed)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.TotpKeyId, now.KeyId).SetProperty(x => x.TotpSealed, now.Sealed), stop)));
        }

        foreach (var m in await context.Mails.AsNoTracking().Where(m => m.MasterKeyId != "").ToListAsync(cancellation))
        {
            rows.Add(new(m.MasterKeyId, m.Sealed, [Mails.BoundTo(m.Id)], (c, now, stop) => c.Mails.Where(x => x.Id == m.Id && x.Sealed == m.Sealed)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop)));
        }

        return rows;
    }

    /// <summary>Persons of orders after an id. SQLite's key begins with the order, PostgreSQL's with the bucket (decision 16): where the bucket is null, all are read.</summary>
    public static async Task<List<(long Id, SealedRow Row)>> OfPersonsAsync(PayproContext context, short? bucket, long after, int count, CancellationToken cancellation)
    {
        var all = bucket is { } of ? context.Persons.Where(p => p.Bucket == of) : context.Persons;
        var page = await all.Where(p => p.OrderId > after).OrderBy(p => p.OrderId).Take(count).ToListAsync(cancellation);
        return [.. page.Select(p => (p.OrderId, new SealedRow(p.MasterKeyId, p.Sealed, [People.BoundTo(p.Key)], (c, now, stop) => c.Persons
            .Where(x => x.Bucket == p.Bucket && x.OrderId == p.OrderId && x.Sealed == p.Sealed)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop))))];
    }

    /// <summary>Senders of a bucket's statements after an id.</summary>
    public static async Task<List<(long Id, SealedRow Row)>> OfSendersAsync(PayproContext context, short bucket, long after, int count, CancellationToken cancellation)
    {
        var page = await context.Statements.Where(s => s.Bucket == bucket && s.Id > after).OrderBy(s => s.Id).Take(count)
            .Select(s => new { s.Id, s.ChannelAccountId, s.DedupeKey, s.SenderKeyId, s.SenderSealed }).ToListAsync(cancellation);
        return [.. page.Select(p => (p.Id, new SealedRow(p.SenderKeyId, p.SenderSealed, [Senders.BoundTo(p.ChannelAccountId, p.DedupeKey)], (c, now, stop) => c.Statements
            .Where(x => x.Bucket == bucket && x.Id == p.Id && x.SenderSealed == p.SenderSealed)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.SenderKeyId, now.KeyId).SetProperty(x => x.SenderSealed, now.Sealed), stop))))];
    }

    /// <summary>Merchants' documents after an id; each up to some megabytes long.</summary>
    public static async Task<List<(long Id, SealedRow Row)>> OfDocumentsAsync(PayproContext context, long after, int count, CancellationToken cancellation)
    {
        var page = await context.MerchantDocuments.AsNoTracking().Where(d => d.Id > after).OrderBy(d => d.Id).Take(count).ToListAsync(cancellation);
        return [.. page.Select(p => (p.Id, new SealedRow(p.MasterKeyId, p.Sealed, [Papers.BoundTo(p)], (c, now, stop) => c.MerchantDocuments
            .Where(x => x.Id == p.Id && x.MasterKeyId == p.MasterKeyId)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop))))];
    }

    /// <summary>Files of evidence after an id; each up to some megabytes long.</summary>
    public static async Task<List<(long Id, SealedRow Row)>> OfEvidenceAsync(PayproContext context, long after, int count, CancellationToken cancellation)
    {
        var page = await context.EvidenceFiles.AsNoTracking().Where(f => f.Id > after).OrderBy(f => f.Id).Take(count).ToListAsync(cancellation);
        return [.. page.Select(p => (p.Id, new SealedRow(p.MasterKeyId, p.Sealed, [EvidenceFileRow.BoundTo(p.Id)], (c, now, stop) => c.EvidenceFiles
            .Where(x => x.Id == p.Id && x.MasterKeyId == p.MasterKeyId)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop))))];
    }

    /// <summary>Rows of payout files after an id.</summary>
    public static async Task<List<(long Id, SealedRow Row)>> OfPayoutLinesAsync(PayproContext context, long after, int count, CancellationToken cancellation)
    {
        var page = await context.PayoutLines.AsNoTracking().Where(l => l.Id > after).OrderBy(l => l.Id).Take(count).Select(l => new { l.Id, l.MasterKeyId, l.Sealed }).ToListAsync(cancellation);
        return [.. page.Select(p => (p.Id, new SealedRow(p.MasterKeyId, p.Sealed, [PayoutLineRow.BoundTo(p.Id)], (c, now, stop) => c.PayoutLines
            .Where(x => x.Id == p.Id && x.MasterKeyId == p.MasterKeyId)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop))))];
    }

    /// <summary>Texts of a bucket's callbacks after an id. A row does not say whose it is: every channel account is tried.</summary>
    public static async Task<List<(long Id, SealedRow Row)>> OfBodiesAsync(PayproContext context, short bucket, long after, int count, CancellationToken cancellation)
    {
        var accounts = await context.ChannelAccounts.Select(a => a.Id).ToListAsync(cancellation);
        string[] boundTo = [.. accounts.Select(ChannelCallbacks.BoundTo)];
        var page = await context.StatementBodies.Where(b => b.Bucket == bucket && b.Id > after).OrderBy(b => b.Id).Take(count).ToListAsync(cancellation);
        return [.. page.Select(p => (p.Id, new SealedRow(p.MasterKeyId, p.Sealed, boundTo, (c, now, stop) => c.StatementBodies
            .Where(x => x.Bucket == bucket && x.Id == p.Id && x.Sealed == p.Sealed)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.MasterKeyId, now.KeyId).SetProperty(x => x.Sealed, now.Sealed), stop))))];
    }
}
