using System.Globalization;
using System.Text;
using Paypro.Server.Merchants;
using Paypro.Server.Sandbox;

namespace Paypro.Server;

/// <summary>Merchants' keys with which a live installation does not start: whoever guesses one pays out in that merchant's name.</summary>
internal static class WeakKeys
{
    /// <summary>Null, or the sentence about the first one.</summary>
    public static string? Problem(Snapshot snapshot)
    {
        foreach (var merchant in snapshot.MerchantsByNo.Values.OrderBy(m => m.No))
        {
            foreach (var key in merchant.Keys)
            {
                if (Problem(key) is { } problem)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"merchant_keys: key {key.Id} of merchant {merchant.NoText} {problem}; give the merchant another one and end this one.");
                }
            }
        }

        return null;
    }

    private static string? Problem(MerchantKey key) =>
        SandboxMerchants.Public.Any(m => key.Secret.SequenceEqual(Encoding.UTF8.GetBytes(m.Secret))) ? "is the documented one of a sandbox, which everybody knows"
        : key.Secret.Length < KeyMaker.LeastLiveLength ? $"has fewer than {KeyMaker.LeastLiveLength} characters"
        : null;
}
