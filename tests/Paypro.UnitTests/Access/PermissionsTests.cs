using Paypro.Server.Access;
using Paypro.Server.Storage;
using Paypro.UnitTests.House;

namespace Paypro.UnitTests.Access;

/// <summary>The table of permissions, and what the docs say of it.</summary>
public sealed class PermissionsTests
{
    [Fact]
    public void TheDocsSayWhatTheTableSays()
    {
        var documented = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "operating", "people.md")).Where(l => l.StartsWith('|') && !l.Contains("---", StringComparison.Ordinal) && !l.Contains("Call", StringComparison.Ordinal) && !l.Contains('`', StringComparison.Ordinal))
            .Select(l => l.Trim('|'));
        string[] written =
        [
            "Operator permission|admin|operations|finance|risk|support|auditor", .. Permissions.Operator.Select(Line),
            "Merchant permission|owner|developer|finance|support", .. Permissions.Merchant.Select(Line),
        ];
        Assert.Equal(written, documented);

        static string Line((string Name, bool StepUp, string Grants) permission) => $"{permission.Name}{(permission.StepUp ? " !" : "")}|{string.Join('|', permission.Grants.ToCharArray())}";
    }

    [Fact]
    public void EveryRoleHasAGrantOrNoneOfEachPermission()
    {
        Assert.All(Permissions.Operator, p => Assert.Equal(Permissions.OperatorRoles.Count, p.Grants.Length));
        Assert.All(Permissions.Merchant, p => Assert.Equal(Permissions.MerchantRoles.Count, p.Grants.Length));
        Assert.Equal(Enum.GetValues<Role>().Order(), Permissions.OperatorRoles.Concat(Permissions.MerchantRoles).Order());
        Assert.Equal(Grant.Approves, Permissions.Of([Role.Auditor, Role.Risk], Permissions.TermsEdit));
        Assert.Equal(Grant.None, Permissions.Of([], Permissions.TermsEdit));
        Assert.Equal(Grant.None, Permissions.Of(Role.Admin, Permissions.KeysReveal));
    }

    [Theory]
    [InlineData("four plain words", null)]
    [InlineData("elevenchars", "must have 12 to 128 characters")]
    [InlineData("aaaaaaaaaaaaaaaa", "five different characters")]
    [InlineData("PayPro is my gateway", "the name of this program")]
    [InlineData("person.and.more.1", "the e-mail address")]
    [InlineData("Password12345", "many people use")]
    public void APasswordIsLongAndNotEasyToGuess(string password, string? problem)
    {
        var found = Passwords.Problem(password, "person@example.com");
        Assert.Equal(problem is null, found is null);
        Assert.Contains(problem ?? "", found ?? "", StringComparison.Ordinal);
    }
}
