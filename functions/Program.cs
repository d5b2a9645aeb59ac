using CvatServerless.Functions;

return await Server.RunAsync(args);
