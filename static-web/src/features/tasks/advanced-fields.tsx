import { Checkbox, NumberInput, Select, SimpleGrid, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { type CreateTaskValues, SORTING } from './create-task-rules';

const SORTING_OPTIONS = SORTING.map((value) => ({
  value,
  label: value.charAt(0).toUpperCase() + value.slice(1),
}));

export function AdvancedFields({ form }: { form: UseFormReturnType<CreateTaskValues> }) {
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
        <Select
          label="Sorting method"
          description="Not for video"
          data={SORTING_OPTIONS}
          allowDeselect={false}
          {...form.getInputProps('sorting')}
        />
        <NumberInput
          label="Image quality, %"
          description="5 to 100"
          allowDecimal={false}
          {...form.getInputProps('quality')}
        />
        <NumberInput
          label="Chunk size, frames"
          description="Empty: by picture size"
          allowDecimal={false}
          {...form.getInputProps('chunkSize')}
        />
        <NumberInput
          label="Segment size, frames"
          description="Empty: all in one job"
          allowDecimal={false}
          {...form.getInputProps('segmentSize')}
        />
        <NumberInput
          label="Overlap, frames"
          description="Between two jobs"
          allowDecimal={false}
          {...form.getInputProps('overlap')}
        />
        <NumberInput
          label="Frame step"
          description="1 takes every frame"
          allowDecimal={false}
          {...form.getInputProps('frameStep')}
        />
        <NumberInput
          label="Start frame"
          description="Counted from 0"
          allowDecimal={false}
          {...form.getInputProps('startFrame')}
        />
        <NumberInput
          label="Stop frame"
          description="Empty: the last"
          allowDecimal={false}
          {...form.getInputProps('stopFrame')}
        />
      </SimpleGrid>
      <Checkbox
        label="Use cache"
        description="Chunks are made when they are looked at"
        {...form.getInputProps('useCache', { type: 'checkbox' })}
      />
      <Checkbox
        label="Prefer zip chunks"
        description="Switch off for video"
        {...form.getInputProps('useZipChunks', { type: 'checkbox' })}
      />
    </Stack>
  );
}
