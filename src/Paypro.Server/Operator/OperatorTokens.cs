using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>A program that has shown a good token.</summary>
/// <param name="Id">The token's number.</param>
/// <param name="MakerId">Whose it is.</param>
/// <param name="Permissions">What it may do now: what it was given, and its maker still has.</param>
internal sealed record TokenHolder(long Id, long MakerId, IReadOnlySet<string> Permissions);

/// <summary>Tokens of the operator API. A token is made by a person, opens nothing before a second one has approved it, and ends with its maker.</summary>
internal sealed class OperatorTokens(IContexts contexts, AuditedStore store, Proposals proposals, IRandomness randomness, IdSource ids, TimeProvider time)
{
    public const string Prefix = "paypro_op_";
    public const int LongestDays = 365;

    /// <summary>Makes a token, which is shown once, and proposes that it opens.</summary>
    public async Task<Change<string>> MakeAsync(SignedIn who, Actor by, string name, IReadOnlyCollection<string> permissions, string networks, int days, string reason)
    {
        var problem = OutsideText.Line(name.Trim(), 100).Length == 0 ? "name: must not be empty"
            : days is < 1 or > LongestDays ? $"days: must be from 1 to {LongestDays}"
            : permissions.Count == 0 ? "permissions: must name at least one"
            : permissions.FirstOrDefault(p => who.May(p) == Grant.None) is { } foreign ? $"permissions: you do not have {foreign} yourself"
            : NetworksOf(networks) is null ? "networks: must be IP addresses and networks such as 203.0.113.0/24, separated by commas"
            : null;
        if (problem is not null)
        {
            return Change<string>.No(problem);
        }

        var (secret, id, nowMs) = (Prefix + SecretText.New(randomness), ids.Next(), time.NowMs());
        await store.SaveAsync((context, trail) =>
        {
            var row = new OperatorTokenRow
            {
                Id = id, Hash = SecretText.HashOf(secret), Name = OutsideText.Line(name.Trim(), 100), UserId = who.User.Id, Permissions = string.Join(' ', permissions.Order(StringComparer.Ordinal)),
                Networks = networks.Trim(), CreatedAtMs = nowMs, EndsAtMs = nowMs + (days * 86_400_000L),
            };
            context.OperatorTokens.Add(row);
            trail.Add(by, "token.make", TokenApproval.SubjectOf(id), after: new { row.Name, row.Permissions, row.Networks, row.EndsAtMs }, reason: reason);
            return Task.FromResult(true);
        });
        var proposed = await proposals.ProposeAsync(by, who.May(Permissions.TokensEdit), TokenApproval.Name, TokenApproval.SubjectOf(id), "{}", reason);
        return proposed.Problem is { } refused ? Change<string>.No(refused) : Change<string>.Of(secret);
    }

    /// <summary>Ends a token at once.</summary>
    public Task<bool> RevokeAsync(Actor by, long id, string reason) => store.SaveAsync(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        if (await context.OperatorTokens.Where(t => t.Id == id && t.RevokedAtMs == 0).ExecuteUpdateAsync(s => s.SetProperty(t => t.RevokedAtMs, nowMs)) == 0)
        {
            return false;
        }

        trail.Add(by, "token.revoke", TokenApproval.SubjectOf(id), reason: reason);
        return true;
    });

    /// <summary>Who shows this token, from this address; null when it opens nothing.</summary>
    public async Task<TokenHolder?> FindAsync(string secret, IPAddress? from)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        await using var context = contexts.Create();
        var (hash, nowMs) = (SecretText.HashOf(secret), time.NowMs());
        var row = await context.OperatorTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash && t.RevokedAtMs == 0 && t.ApprovedAtMs > 0 && t.EndsAtMs > nowMs);
        if (row is null || !Comes(row.Networks, from) || !await context.Users.AnyAsync(u => u.Id == row.UserId && u.State == UserState.Active))
        {
            return null;
        }

        var roles = await context.Memberships.Where(m => m.UserId == row.UserId).Select(m => m.Role).ToListAsync();
        return new TokenHolder(row.Id, row.UserId, row.Permissions.Split(' ').Where(p => Permissions.Of(roles, p) != Grant.None).ToHashSet(StringComparer.Ordinal));
    }

    private static bool Comes(string networks, IPAddress? from)
    {
        var address = from is { IsIPv4MappedToIPv6: true } ? from.MapToIPv4() : from;
        return NetworksOf(networks) is { } all && (all.Count == 0 || (address is not null && all.Exists(n => n.Contains(address))));
    }

    private static List<IPNetwork>? NetworksOf(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPAddress.TryParse(part, out var address))
            {
                networks.Add(new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128));
            }
            else if (IPNetwork.TryParse(part, out var network))
            {
                networks.Add(network);
            }
            else
            {
                return null;
            }
        }

        return networks;
    }
}

/// <summary>Lets a token open what it was made for.</summary>
internal sealed class TokenApproval(TimeProvider time) : IProposalKind
{
    public const string Name = "token.approve";

    public string Kind => Name;

    public string Permission => Permissions.TokensEdit;

    public bool IsConfiguration => false;

    public static string SubjectOf(long id) => string.Create(CultureInfo.InvariantCulture, $"token:{id}");

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var id = IdOf(subject);
        var row = await context.OperatorTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id);
        return row is null ? null : JsonSerializer.Serialize(new { row.Name, row.UserId, row.Permissions, row.Networks, row.EndsAtMs, row.RevokedAtMs }, OperatorJson.Options);
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var id = IdOf(proposal.Subject);
        return await context.OperatorTokens.AnyAsync(t => t.Id == id && t.RevokedAtMs == 0) ? null : "token: has ended";
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (id, nowMs) = (IdOf(proposal.Subject), time.NowMs());
        await context.OperatorTokens.Where(t => t.Id == id).ExecuteUpdateAsync(s => s.SetProperty(t => t.ApprovedAtMs, nowMs));
        trail.Add(by, Name, proposal.Subject, reason: proposal.Reason);
        return null;
    }

    private static long IdOf(string subject) => long.Parse(subject["token:".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
}
