using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;
using Paypro.Server.Sandbox;

namespace Paypro.Server.Reference;

/// <summary>What the page that leads to the countries shows.</summary>
internal sealed record IndexView(IReadOnlyList<Country> Countries, bool IsSandbox);

/// <summary>What the first page of a sandbox shows.</summary>
/// <param name="Root">Where it is reached.</param>
/// <param name="FirstCall">A signed call to paste.</param>
/// <param name="Merchants">One for each country.</param>
/// <param name="Reset">How to begin anew, in a sentence.</param>
/// <param name="HasDashboard">Whether this process has the pages where somebody signs up.</param>
internal sealed record StartView(string Root, string FirstCall, IReadOnlyList<(Country Country, SandboxMerchant Merchant)> Merchants, string Reset, bool HasDashboard);

/// <summary>What an inbox shows.</summary>
internal sealed record InboxView(string Name, string Address, IReadOnlyList<InboxMessage> Messages);

/// <summary>What the page about signing shows.</summary>
/// <param name="Merchant">Whose key it begins with; null on a live installation, where nobody should type a key into a page.</param>
/// <param name="Path">The path of the example.</param>
/// <param name="Body">A signed body.</param>
/// <param name="Md5">The example's call with a key of this kind.</param>
/// <param name="Hmac">And of the other.</param>
internal sealed record SigningView(ExampleMerchant? Merchant, string Path, JsonObject Body, IReadOnlyList<CodeSample> Md5, IReadOnlyList<CodeSample> Hmac);
