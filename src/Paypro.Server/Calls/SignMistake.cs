namespace Paypro.Server.Calls;

/// <summary>Why a signature does not fit, where a common error explains it. Stored by its name.</summary>
internal enum SignMistake
{
    /// <summary>No common error explains it: the text or the key is another one.</summary>
    Unknown,
    MerchantTwice,
    OtherCountry,
    NoKey,
    Missing,
    InHeader,
    NeedsHmac,
    NeedsMd5,
    NotHex,
    EndedKey,

    // MD5
    KeyMissing,
    KeyFirst,
    KeyAsParameter,
    KeyCase,
    KeyBlank,
    KeyDecoded,
    Separators,
    ValuesOnly,
    SentOrder,
    OrderWithoutCase,
    OverJson,
    Twice,
    Charset,
    EmptyIncluded,
    SignIncluded,
    LeftOut,
    NumberRewritten,
    Blanks,
    LetterCase,
    UrlEncoded,
    Escaped,

    // HMAC
    HmacForm,
    HmacPath,
    HmacBody,
    HmacParts,
}

/// <summary>What is wrong with a signature.</summary>
/// <param name="Mistake">The error.</param>
/// <param name="Parameter">The parameter in which it is; empty for none.</param>
internal readonly record struct SignFinding(SignMistake Mistake, string Parameter = "");
