using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the tables of people and of what they did.</summary>
internal static class AccessModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<UserRow>(e =>
        {
            e.ToTable("users").HasKey(u => u.Id);
            e.HasIndex(u => new { u.Realm, u.Email }).IsUnique();
        });
        model.Entity<MembershipRow>(e =>
        {
            e.ToTable("memberships").HasKey(m => new { m.UserId, m.BusinessId, m.MerchantNo, m.Role });
            e.HasIndex(m => m.BusinessId);
        });
        model.Entity<RecoveryCodeRow>().ToTable("recovery_codes").HasKey(c => new { c.UserId, c.Hash });
        model.Entity<SessionRow>(e =>
        {
            e.ToTable("sessions").HasKey(s => s.Hash);
            e.HasIndex(s => s.UserId);
        });
        model.Entity<AccessLinkRow>(e =>
        {
            e.ToTable("access_links").HasKey(l => l.Hash);
            e.HasIndex(l => l.UserId);
        });
        model.Entity<SignInFailureRow>().ToTable("sign_in_failures").HasKey(f => f.Subject);
        model.Entity<OperatorTokenRow>(e =>
        {
            e.ToTable("operator_tokens").HasKey(t => t.Id);
            e.HasIndex(t => t.Hash).IsUnique();
        });
        model.Entity<ProposalRow>(e =>
        {
            e.ToTable("proposals").HasKey(p => p.Id);
            e.HasIndex(p => new { p.State, p.Id });
        });
        model.Entity<ProposalSecretRow>(e =>
        {
            e.ToTable("proposal_secrets").HasKey(s => s.ProposalId);
            e.Property(s => s.ProposalId).ValueGeneratedNever();
        });
        model.Entity<AuditRow>(e =>
        {
            e.ToTable("audit").HasKey(a => new { a.Chain, a.No });
            e.HasIndex(a => new { a.Subject, a.AtMs });
            e.HasIndex(a => a.AtMs);
        });
        model.Entity<AuditChainRow>(e =>
        {
            e.ToTable("audit_chains").HasKey(c => c.Chain);
            e.Property(c => c.Chain).ValueGeneratedNever();
        });
        model.Entity<MailRow>(e =>
        {
            e.ToTable("mails").HasKey(m => m.Id);
            e.Property(m => m.Id).ValueGeneratedNever();
            e.HasIndex(m => new { m.State, m.DueAtMs });
            e.HasIndex(m => new { m.Recipient, m.Kind, m.CreatedAtMs });
        });
        model.Entity<UserPasskeyRow>(e =>
        {
            e.ToTable("user_passkeys").HasKey(p => p.CredentialId);
            e.HasIndex(p => p.UserId);
        });
        model.Entity<LoginStepRow>().ToTable("login_steps").HasKey(l => l.Hash);
        model.Entity<KnownDeviceRow>().ToTable("known_devices").HasKey(d => new { d.UserId, d.Hash });
        model.Entity<FormUseRow>().ToTable("form_uses").HasKey(f => new { f.UserId, f.PageId, f.Hash, f.Part });
        model.Entity<OperatorAnswerRow>().ToTable("operator_answers").HasKey(a => new { a.Actor, a.Key });
    }
}
