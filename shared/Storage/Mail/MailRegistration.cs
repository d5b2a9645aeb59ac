using CvatServerless.Domain.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Storage.Mail;

/// <summary>Registers <see cref="IMailer"/>.</summary>
public static class MailRegistration
{
    /// <summary>Adds the mailer that the options ask for.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, MailOptions options)
    {
        services.AddSingleton(options);
        return options.Smtp is null ? services.AddSingleton<IMailer, FolderMailer>() : services.AddSingleton<IMailer, SmtpMailer>();
    }
}
