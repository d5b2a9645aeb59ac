import { Box, Center, Group, Paper, Stack, Text } from '@mantine/core';
import { Outlet } from 'react-router';
import { ColorSchemeMenu } from './color-scheme-menu';
import { Logo } from './logo';

/** The frame of the pages before sign-in. */
export function AccountLayout() {
  return (
    <Box mih="100dvh" style={{ display: 'grid', gridTemplateRows: 'auto 1fr' }}>
      <Group justify="flex-end" p="sm" component="header">
        <ColorSchemeMenu />
      </Group>
      <Center component="main" px="md" pb="15dvh">
        <Stack w="100%" maw={400} gap="lg">
          <Group justify="center" gap="sm">
            <Logo size={36} />
            <Text fw={700} size="xl">
              CvatServerless
            </Text>
          </Group>
          <Paper p="xl" className="app-card">
            <Outlet />
          </Paper>
        </Stack>
      </Center>
    </Box>
  );
}
