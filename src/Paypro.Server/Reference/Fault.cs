using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>In which way a field can be wrong.</summary>
internal enum FaultKind : byte
{
    /// <summary>A required field is left out, null or empty.</summary>
    Missing,

    /// <summary>One character more than allowed.</summary>
    TooLong,

    /// <summary>Another kind of JSON value.</summary>
    Kind,

    /// <summary>Characters that no field takes.</summary>
    Characters,

    /// <summary>The country's rule for the field, or what an amount, a time or a way must be.</summary>
    Rule,

    /// <summary>A rule over several fields.</summary>
    Check,
}

/// <summary>A request with one thing wrong, and what is said of it.</summary>
/// <param name="Field">Whose name the sentence begins with.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Shown">The wrong value as a reader sees it.</param>
/// <param name="Request">The whole request.</param>
/// <param name="Sentence">What is said, without the field's name.</param>
internal sealed record Fault(Field Field, FaultKind Kind, string Shown, RequestDraft Request, string Sentence);
