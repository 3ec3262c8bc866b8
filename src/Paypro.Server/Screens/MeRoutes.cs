using System.Buffers.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens;

/// <param name="User">His row.</param>
/// <param name="Passkeys">His.</param>
/// <param name="Codes">How many recovery codes are left.</param>
internal sealed record MeModel(UserRow User, IReadOnlyList<UserPasskeyRow> Passkeys, int Codes)
{
    public static string IdOf(UserPasskeyRow passkey) => Base64Url.EncodeToString(passkey.CredentialId);
}

/// <param name="Email">Whose app it is.</param>
/// <param name="Seed">For the app.</param>
/// <param name="Sealed">For the form.</param>
internal sealed record AppModel(string Email, byte[] Seed, string Sealed);

/// <summary>One's own account, the same for both portals: name, language, zone, theme, password, codes, passkeys.</summary>
internal static class MeRoutes
{
    public static void MapMe(this IEndpointRouteBuilder app, Portal portal, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        var me = $"{portal.Root}/me";
        void Map(string method, string path, bool stepUp, Func<Visit, OwnAccount, Passkeys, Task<IResult>> answer) => app.MapMethods(me + path, [method], (HttpContext http, Visits visits, OwnAccount account, Passkeys passkeys) =>
            visits.LetInAsync(portal, http, null, links, visit => answer(visit, account, passkeys), stepUp));
        Map("GET", "", false, (visit, account, _) => ShowAsync(visit, account));
        Map("POST", "", false, async (visit, account, _) =>
        {
            var wish = new Profile(visit.Field("name"), visit.Field("language"), visit.Field("zone") == "own" ? visit.Field("ownZone") : visit.Field("zone"), visit.Field("theme"));
            return await account.SaveAsync(visit.Who, visit.From, wish, [.. ScreenTexts.All.Select(t => t.Language)]) is { } problem ? await ShowAsync(visit, account, problem) : Visit.GoTo($"{me}?done=saved");
        });
        Map("POST", "/password", false, async (visit, account, _) =>
        {
            var (problem, secret) = await account.ChangePasswordAsync(visit.Who, visit.From, visit.Form["old"].ToString(), visit.Form["password"].ToString(), visit.Field("code"));
            return secret is null ? await ShowAsync(visit, account, problem) : InAgain(portal, visit, secret);
        });
        Map("POST", "/recovery-codes", true, async (visit, account, _) =>
            new ScreenAnswer<RecoveryCodesPage>(visit.Frame("Your recovery codes"), await account.NewRecoveryCodesAsync(visit.Who, visit.From)));
        Map("POST", "/app", true, (visit, account, _) =>
        {
            var (seed, sealedSeed) = account.NewApp(visit.Who);
            return Task.FromResult(visit.Show<AppForm>("Another app of codes", new AppModel(visit.Who.User.Email, seed, sealedSeed)));
        });
        Map("POST", "/app/save", true, async (visit, account, _) =>
        {
            if (account.SeedOf(visit.Who, visit.Field("seed")) is not { } seed)
            {
                return await ShowAsync(visit, account, "This form is not from this page. Load it again.");
            }

            var (problem, secret) = await account.ChangeAppAsync(visit.Who, visit.From, seed, visit.Field("code"));
            return secret is null ? visit.Show<AppForm>("Another app of codes", new AppModel(visit.Who.User.Email, seed, visit.Field("seed")), problem) : InAgain(portal, visit, secret);
        });
        Map("POST", "/passkeys", true, async (visit, account, passkeys) =>
        {
            var problem = await passkeys.CheckNewAsync(visit.Http, visit.Who.User, visit.Field("step"), visit.Form["credential"].ToString()) is { } passkey
                ? await account.AddPasskeyAsync(visit.Who, visit.From, passkey, visit.Field("name")) : "The browser's answer was not right. Try again.";
            return problem is null ? Visit.GoTo($"{me}?done=saved") : await ShowAsync(visit, account, problem);
        });
        Map("POST", "/passkeys/rename", false, async (visit, account, _) =>
            await account.RenamePasskeyAsync(visit.Who, visit.From, IdOf(visit.Field("passkey")), visit.Field("name")) is { } problem ? await ShowAsync(visit, account, problem) : Visit.GoTo($"{me}?done=saved"));
        Map("POST", "/passkeys/remove", true, async (visit, account, _) =>
            await account.RemovePasskeyAsync(visit.Who, visit.From, IdOf(visit.Field("passkey"))) is { } problem ? await ShowAsync(visit, account, problem) : Visit.GoTo($"{me}?done=saved"));
    }

    private static byte[] IdOf(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            // Names no passkey.
            return [];
        }
    }

    private static IResult InAgain(Portal portal, Visit visit, string secret)
    {
        Visits.SetCookie(portal, visit.Http, secret);
        return Visit.GoTo($"{portal.Root}/me?done=saved");
    }

    private static async Task<IResult> ShowAsync(Visit visit, OwnAccount account, string? problem = null)
    {
        await using var context = visit.Http.RequestServices.GetRequiredService<IContexts>().Create();
        var user = await context.Users.AsNoTracking().SingleAsync(u => u.Id == visit.Who.User.Id);
        var codes = await context.RecoveryCodes.CountAsync(c => c.UserId == user.Id && c.UsedAtMs == 0);
        return visit.Show<MePage>("Your account", new MeModel(user, await account.PasskeysAsync(visit.Who), codes), problem);
    }
}
