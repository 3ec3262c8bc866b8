using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>Everything that is told of a country's calls; the OpenAPI document and the page are two forms of it.</summary>
/// <param name="Country">The country.</param>
/// <param name="IsSandbox">Which rules hold, and whether the examples are signed with a sandbox merchant's key.</param>
/// <param name="Merchant">The sandbox merchant; null on a live installation.</param>
/// <param name="Operations">Its calls.</param>
/// <param name="Notifications">What a merchant's server is told.</param>
internal sealed record CountryReference(
    Country Country, bool IsSandbox, ExampleMerchant? Merchant, IReadOnlyList<OperationReference> Operations, IReadOnlyList<NotificationReference> Notifications)
{
    /// <summary>Where a sandbox catches what is told of the examples; null on a live installation, and where no service runs.</summary>
    public string? Inbox { get; init; }

    /// <summary>What the programs beside the calls begin with; null where no service runs.</summary>
    public SampleDefaults? Samples { get; init; }
}

/// <summary>Who signs the examples.</summary>
/// <param name="Number">The merchant number.</param>
/// <param name="Secret">The key. Those of a sandbox are public.</param>
internal sealed record ExampleMerchant(string Number, string Secret);

/// <summary>One call.</summary>
/// <param name="Operation">As the country's file has it.</param>
/// <param name="Id">Unique in its country: <c>createPayIn</c>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Summary">What it does, in sentences.</param>
/// <param name="Address">With the country's segment.</param>
/// <param name="Fields">The request's members.</param>
/// <param name="Requests">Right requests, signed; the first is the documented example.</param>
/// <param name="Members">The members of <c>data</c>; none where it is a bare <c>true</c>.</param>
/// <param name="Answer">An answer to the first request.</param>
internal sealed record OperationReference(
    Operation Operation, string Id, string Title, string Summary, string Address, IReadOnlyList<FieldReference> Fields,
    IReadOnlyList<RequestExample> Requests, IReadOnlyList<MemberReference> Members, JsonNode Answer);

/// <summary>A right request.</summary>
/// <param name="Name">A few words.</param>
/// <param name="Body">The body, with its sign.</param>
internal sealed record RequestExample(string Name, JsonObject Body);

/// <summary>One member of a request.</summary>
/// <param name="Field">As the country's file has it.</param>
/// <param name="Patterns">What a text matches.</param>
/// <param name="Choices">The only right texts; empty when they cannot be listed.</param>
/// <param name="Format">A format of JSON Schema, or null.</param>
/// <param name="Rules">What is said of texts that break its rules.</param>
internal sealed record FieldReference(
    Field Field, IReadOnlyList<string> Patterns, IReadOnlyList<string> Choices, string? Format, IReadOnlyList<string> Rules)
{
    /// <summary>Whether a bare number is as usual as a quoted one. Every other field takes one too.</summary>
    public bool MayBeNumber => Field.Role is FieldRole.Amount or FieldRole.Timestamp;
}

/// <summary>One member of an answer or a notification.</summary>
/// <param name="Name">Its exact name.</param>
/// <param name="Description">What it is.</param>
/// <param name="IsNumber">A JSON number; a string otherwise.</param>
/// <param name="Pattern">What a string matches, or null.</param>
/// <param name="IsAlways">Whether it is always there; otherwise once it is known.</param>
internal sealed record MemberReference(string Name, string Description, bool IsNumber, string? Pattern, bool IsAlways)
{
    /// <summary>Whether it is a code of <see cref="StatusCode"/>.</summary>
    public bool IsStatus { get; init; }

    /// <summary>Whether it is the address of a page or a document.</summary>
    public bool IsAddress { get; init; }
}

/// <summary>One notification.</summary>
/// <param name="Id"><c>payInResult</c> or <c>payoutResult</c>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Members">Its members without the sign.</param>
/// <param name="Example">A signed one.</param>
internal sealed record NotificationReference(string Id, string Title, IReadOnlyList<MemberReference> Members, JsonObject Example);
