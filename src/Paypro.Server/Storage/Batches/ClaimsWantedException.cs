namespace Paypro.Server.Storage;

/// <summary>A batch would book movements that others have claimed: it runs again after the claims were asked for.</summary>
internal sealed class ClaimsWantedException(IReadOnlyList<MovementClaimRow> claims) : Exception("A movement is claimed for another statement.")
{
    public IReadOnlyList<MovementClaimRow> Claims => claims;
}
