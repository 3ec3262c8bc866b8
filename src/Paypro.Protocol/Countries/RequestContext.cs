namespace Paypro.Protocol.Countries;

/// <summary>What reading a request depends on besides the request.</summary>
/// <param name="IsSandbox">Whether the installation is a sandbox.</param>
/// <param name="Banks">The banks of the merchant's country, as the operator has them now.</param>
/// <param name="HasDefaultNotifyUrl">Whether the merchant has a default <c>notifyUrl</c> for the operation's direction.</param>
public sealed record RequestContext(bool IsSandbox, IBankDirectory Banks, bool HasDefaultNotifyUrl = false);
