using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Calls;

/// <summary>What a call was answered.</summary>
/// <param name="Code">Of the envelope; empty without one.</param>
/// <param name="HttpStatus">Of HTTP.</param>
/// <param name="Sentence">What was said; empty where all was right.</param>
/// <param name="Fault">What was wrong.</param>
internal readonly record struct CallOutcome(string Code, short HttpStatus, string Sentence, CallFault Fault);

/// <summary>The headers by which a call says whose it is.</summary>
/// <param name="NamesMerchantOnce">Whether the header <c>merchantNo</c> came once.</param>
/// <param name="Sign">The header <c>sign</c>, cut.</param>
/// <param name="Hmac">The header <c>Paypro-Signature</c>, cut.</param>
internal sealed record CallHeaders(bool NamesMerchantOnce, string Sign, string Hmac);

/// <summary>A call that is to be logged, as it came. It holds persons' data and waits in memory alone.</summary>
internal sealed record CallEntry(long Id, Merchant Merchant, CallOutcome Outcome)
{
    public required Operation? Operation { get; init; }

    /// <summary>Whether the path is an operation's, of whatever country.</summary>
    public required bool HasRoute { get; init; }
    public required string Path { get; init; }
    public required string Address { get; init; }
    public required CallHeaders Headers { get; init; }

    /// <summary>A copy.</summary>
    public required byte[] Body { get; init; }

    /// <summary>Whether a key of the merchant had signed it.</summary>
    public required bool Proved { get; init; }
    public required long AtMs { get; init; }
    public required int TookMs { get; init; }
}
