using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// The secret that a proposal is about: sealed from the moment it is proposed, bound to the whole proposal, and gone when that is decided. It stands in no change,
/// no audit line and no answer.
/// </summary>
internal sealed class ProposalSecrets(MasterKeys keys)
{
    /// <summary>Keeps the secret with its proposal.</summary>
    public void Keep(PayproContext context, ProposalRow proposal, ReadOnlySpan<byte> secret)
    {
        var row = new ProposalSecretRow { ProposalId = proposal.Id };
        (row.MasterKeyId, row.Sealed) = keys.Seal(secret, BoundTo(proposal));
        context.ProposalSecrets.Add(row);
    }

    /// <summary>Takes the secret out, for the transaction that carries the proposal out.</summary>
    /// <returns>Null when it does not open any more.</returns>
    public async Task<byte[]?> TakeAsync(PayproContext context, ProposalRow proposal)
    {
        // The proposal that is carried out as it is made has stored nothing yet: its row is found among what is to be stored.
        if (await context.ProposalSecrets.FindAsync(proposal.Id) is not { } row)
        {
            return null;
        }

        context.ProposalSecrets.Remove(row);
        try
        {
            return keys.Open(row.MasterKeyId, row.Sealed, BoundTo(proposal));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Removes what belongs to no open proposal: refused, taken back, ended, or its maker disabled.</summary>
    public static async Task<int> SweepAsync(PayproContext context) =>
        await context.ProposalSecrets.AnyAsync() ? await context.ProposalSecrets.Where(s => !context.Proposals.Any(p => p.Id == s.ProposalId && p.State == ProposalState.Open)).ExecuteDeleteAsync() : 0;

    /// <summary>What the secret is bound to: whoever can write to the database cannot have another change approved with it.</summary>
    public static string BoundTo(ProposalRow proposal) => string.Create(
        CultureInfo.InvariantCulture,
        $"proposal-secret:{proposal.Id}:{proposal.Kind}:{proposal.Subject}:{proposal.MadeByUserId}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(proposal.Change)))}");
}
