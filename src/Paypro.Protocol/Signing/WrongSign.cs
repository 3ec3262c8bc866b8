namespace Paypro.Protocol.Signing;

/// <summary>What is said to a request that no merchant's key has signed.</summary>
public static class WrongSign
{
    /// <summary>The one sentence for every reason, so that nobody can find out which merchants exist.</summary>
    public const string Sentence = "sign: the merchant or its sign is wrong";

    /// <summary>What follows it in a sandbox, before the reason.</summary>
    public const string Because = "; this sandbox says why: ";

    /// <summary>A message without the reason, which repeats what the request said.</summary>
    public static string WithoutReason(string message) => message.StartsWith(Sentence + Because, StringComparison.Ordinal) ? Sentence : message;
}
