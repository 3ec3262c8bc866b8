using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard;

/// <summary>A key that somebody wants to make.</summary>
internal sealed record KeyWish(SigningAlgorithm Algorithm, int OverlapDays);

/// <summary>A new key, by two people of a business that wants it so.</summary>
internal sealed class KeyMakeByTwo(KeyMaking making, TimeProvider time) : IProposalKind
{
    public const string Name = "key.make";

    public string Kind => Name;

    public string Permission => Permissions.KeysEdit;

    public Grant ApprovedFrom => Grant.May;

    public bool IsConfiguration => true;

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var no = NoOf(subject);
        var keys = await context.MerchantKeys.AsNoTracking().Where(k => k.MerchantNo == no).OrderBy(k => k.Id).Select(k => new { k.Id, k.ValidToMs }).ToListAsync();
        return string.Join(',', keys.Select(k => string.Create(CultureInfo.InvariantCulture, $"{k.Id}:{k.ValidToMs}")));
    }

    public Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) => KeyMaking.ProblemAsync(context, NoOf(proposal.Subject), Read(proposal).OverlapDays, time.NowMs());

    public Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by) =>
        making.RunAsync(context, trail, by, NoOf(proposal.Subject), Read(proposal).Algorithm, Read(proposal).OverlapDays);

    private static KeyWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<KeyWish>(proposal.Change, AccessJson.Options)!;

    private static long NoOf(string subject) => long.Parse(subject["merchant:".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>A look at a key, by two people: who proposed it may look once, within a day of the approval.</summary>
internal sealed class KeyRevealByTwo(TimeProvider time) : IProposalKind
{
    public const string Name = "key.reveal";

    /// <summary>What such a proposal's outcome says once it was used.</summary>
    private const string Used = "was looked at";
    private const long GoodForMs = 86_400_000;

    public string Kind => Name;

    public string Permission => Permissions.KeysReveal;

    public Grant ApprovedFrom => Grant.May;

    public bool IsConfiguration => false;

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var id = long.Parse(subject[(subject.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
        return await context.MerchantKeys.AnyAsync(k => k.Id == id) ? "there" : null;
    }

    public Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) => Task.FromResult<string?>(null);

    public Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        trail.Add(by, "key.reveal-allowed", proposal.Subject, after: new { to = proposal.MadeBy }, reason: proposal.Reason);
        return Task.FromResult<string?>(null);
    }

    /// <summary>Uses up what was approved for him.</summary>
    public async Task<bool> TakeAsync(PayproContext context, Actor by, string subject)
    {
        var sinceMs = time.NowMs() - GoodForMs;
        return await context.Proposals.Where(p => p.Kind == Name && p.Subject == subject && p.MadeByUserId == by.UserId && p.State == ProposalState.CarriedOut && p.DecidedAtMs > sinceMs && p.Outcome != Used)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.Outcome, Used)) > 0;
    }
}
