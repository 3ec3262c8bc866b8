using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Dashboard;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.Server.SelfService;

/// <summary>
/// Somebody begins alone in a sandbox: he gets a business with a number and a key in each country that he chooses, and a link that sets up his account. All
/// of it is one transaction; the money of play is booked afterwards, and again when he looks, if that was cut off.
/// </summary>
internal sealed class SignUp(AuditedStore store, IContexts contexts, Users users, AccessLinks links, KeyMaking keys, CountryCatalog countries, SandboxMerchants sandbox, TimeProvider time)
{
    /// <summary>Businesses that a sandbox holds; further people are told to start one of their own.</summary>
    public const int MostBusinesses = 2000;
    private const int NameLength = 60;

    /// <summary>Numbers of those who signed up; below are the documented ones, above are an operator's.</summary>
    private const long FirstNumber = 1_500_000_001, LastNumber = 1_999_999_999;

    /// <summary>Does it.</summary>
    /// <param name="typedEmail">His.</param>
    /// <param name="typedName">Of the business.</param>
    /// <param name="chosen">ISO codes of countries.</param>
    /// <param name="from">Where the request came from.</param>
    /// <returns>A sentence that says what to mend, or what the link holds.</returns>
    public async Task<(string? Problem, string? LinkSecret)> RunAsync(string typedEmail, string typedName, IReadOnlyCollection<string> chosen, Caller from)
    {
        var (email, name) = (SignIn.EmailOf(typedEmail), OutsideText.Line(typedName.Trim(), NameLength));
        var picked = countries.Countries.Where(c => chosen.Contains(c.IsoCode)).ToList();
        var problem = Users.Problem(email) ?? (name.Length == 0 ? "name: must not be empty" : picked.Count == 0 ? "Choose at least one country." : null);
        if (problem is not null)
        {
            return (problem, null);
        }

        var (refused, secret, numbers) = await store.ConfigureAsync<(string?, string?, List<(long, Country)>)>(async (context, trail) =>
        {
            // The row of the installation is locked: two at once take no number and no address twice.
            if (await context.Users.AnyAsync(u => u.Realm == Realm.Merchant && u.Email == email))
            {
                return ("This address has an account already. Sign in, or ask for a new password.", null, []);
            }

            if (await context.Businesses.CountAsync() >= MostBusinesses)
            {
                return ("This sandbox is full. Start one of your own with ./run.", null, []);
            }

            var by = new Actor($"sign-up {email}", 0, 0, from);
            var business = new BusinessRow { Name = name, CreatedAtMs = time.NowMs() };
            context.Businesses.Add(business);
            await context.SaveChangesAsync();
            trail.Add(by, "business.sign-up", BusinessUsers.Subject(business.Id), after: new { business.Name }, chain: BusinessUsers.Chain(business.Id));
            var made = new List<(long, Country)>();
            var no = Math.Max(FirstNumber, (await context.Merchants.Where(m => m.MerchantNo >= FirstNumber && m.MerchantNo <= LastNumber).MaxAsync(m => (long?)m.MerchantNo) ?? 0) + 1);
            foreach (var country in picked)
            {
                var row = new MerchantRow
                {
                    MerchantNo = no, Bucket = Buckets.Of(no.ToString(CultureInfo.InvariantCulture)), BusinessId = business.Id, Country = country.IsoCode, Currency = country.Currency.Code, Name = name, CreatedAtMs = time.NowMs(),
                };
                context.Merchants.Add(row);
                trail.Add(by, "merchant.create", string.Create(CultureInfo.InvariantCulture, $"merchant:{no}"), after: new { row.Country, row.Name }, chain: row.Bucket);
                await context.SaveChangesAsync();
                await keys.RunAsync(context, trail, by, no, SigningAlgorithm.HmacSha256, 0);
                made.Add((no++, country));
            }

            var user = await users.GiveAsync(context, trail, new RoleWish(email, Role.Owner, business.Id), by);
            await context.SaveChangesAsync();
            return (null, await links.AddAsync(context, user.Id, LinkPurpose.Invitation, AccessLinks.InvitationGoodFor, beside: true), made);
        });
        foreach (var (no, country) in numbers)
        {
            await sandbox.OpenAsync(no, country);
        }

        return (refused, secret);
    }

    /// <summary>Books the money of play of a number that has none yet.</summary>
    public async Task OpenAsync(MerchantRow merchant, Country country)
    {
        await using var context = contexts.Create();
        var id = AccountId.Merchant(merchant.Bucket, merchant.MerchantNo, AccountKind.Available, country.Currency).Id;
        if (!await context.Accounts.AnyAsync(a => a.Bucket == merchant.Bucket && a.Id == id))
        {
            await sandbox.OpenAsync(merchant.MerchantNo, country);
        }
    }
}
